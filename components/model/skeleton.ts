/**
 * The form of the arguments that resources are made by: which hosts there are, which of them are VMs, what must be
 * signed. It is plain, also where single values are outputs, and checked at once, so that everything which reads it
 * before the model is known finds what it expects.
 */
import * as pulumi from "@pulumi/pulumi";
import { loadBalancerSpec } from "../inputs/loadBalancer";
import type { Group, Leaf, List, Member, Spec } from "../spec/kinds";
import { isLater } from "../spec/later";
import { type Path, Problems } from "../spec/problems";

type Values = Record<string, unknown>;

/** Throws one error that lists every problem of the form. */
export function checkSkeleton(args: unknown): void {
    const problems = new Problems();
    if (contained(args, [])) problems.add("inputs", "must not contain themselves");
    else if (isGroup(args)) checkMembers(problems, "", loadBalancerSpec, args);
    else problems.add("inputs", "must be a set of keys and values: vip, hosts, apiServers, ssh, ...", args ?? null);
    problems.throwIfAny("The inputs of HaApiLoadBalancer");
}

/** Whether the arguments are a set of keys and values that one can walk through. */
export function isPlainGroup(args: unknown): boolean {
    return isGroup(args) && !contained(args, []);
}

/** Whether it must be plain: resources are made by it or by something in it, or a secret in it is kept apart. */
function isOfSkeleton(member: Member): boolean {
    if (member.kind === "list") return isOfSkeleton(member.entry);
    if (member.plain === true || member.kind !== "group") return member.plain === true;
    return Object.values(member.members).some((inside) => inside.kind === "secret" || isOfSkeleton(inside));
}

function checkMembers(problems: Problems, path: Path, spec: Spec, given: Values): void {
    for (const [name, member] of Object.entries(spec))
        if (isOfSkeleton(member)) checkMember(problems, path === "" ? name : `${path}.${name}`, member, given[name]);
}

function checkMember(problems: Problems, path: Path, member: Member, given: unknown): void {
    if (member.kind === "group") checkGroup(problems, path, member, given);
    else if (member.kind === "list") checkList(problems, path, member, given);
    else checkLeaf(problems, path, member, member.presence === "required" ? (given ?? null) : given);
}

/** A group that is not given is for the model to miss. */
function checkGroup(problems: Problems, path: Path, { members, empty }: Group, given: unknown): void {
    if (isGroup(given)) return checkMembers(problems, path, members, given);
    if (given === undefined) return;
    const hint = given === null && empty !== undefined ? `; {} ${empty}` : "";
    problems.add(path, `must be a set of keys and values, known when the program runs${hint}`, shown(given));
}

function checkList(problems: Problems, path: Path, { entry, presence }: List, given: unknown): void {
    if (Array.isArray(given))
        return given.forEach((each, index) => checkMember(problems, `${path}[${index}]`, entry, each ?? null));
    if (given === undefined && presence !== "required") return;
    const missing = given === undefined ? "; it is missing" : "";
    problems.add(path, `must be a list, known when the program runs${missing}`, shown(given));
}

function checkLeaf(problems: Problems, path: Path, leaf: Leaf, given: unknown): void {
    const { type, words } = formOf(leaf);
    if (given !== undefined && typeof given !== type)
        problems.add(
            path,
            `must be ${words}, known when the program runs: resources are named and ordered by it`,
            shown(given),
        );
}

function formOf(leaf: Leaf): { type: string; words: string } {
    if (leaf.kind === "text") return { type: "string", words: leaf.form };
    if (leaf.kind === "choice") return { type: "string", words: leaf.choices.join(" or ") };
    if (leaf.kind === "boolean") return { type: "boolean", words: "true or false" };
    const unit = leaf.kind === "integer" && leaf.unit !== undefined ? ` of ${leaf.unit}` : "";
    return { type: "number", words: `a number${unit}` };
}

/** Promises and outputs are no groups. */
function isGroup(value: unknown): value is Values {
    return typeof value === "object" && value !== null && !Array.isArray(value) && !isLater(value);
}

function shown(value: unknown): unknown {
    return isLater(value) ? "an output" : value;
}

/** Whether something is inside itself. */
function contained(value: unknown, around: unknown[]): boolean {
    if (typeof value !== "object" || value === null || isLater(value) || pulumi.Resource.isInstance(value))
        return false;
    return around.includes(value) || Object.values(value).some((inside) => contained(inside, [...around, value]));
}
