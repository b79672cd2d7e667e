/**
 * The form of the arguments that resources are made by: which hosts there are, which of them are VMs, what must be
 * signed. It is plain, also where single values are outputs, and checked at once, so that everything which reads it
 * before the model is known finds what it expects.
 */
import * as pulumi from "@pulumi/pulumi";
import { type Path, Problems } from "../spec/problems";

type Group = Record<string, unknown>;

/** Throws one error that lists every problem of the form. */
export function checkSkeleton(args: unknown): void {
    const problems = new Problems();
    if (contained(args, [])) problems.add("inputs", "must not contain themselves");
    else if (isGroup(args)) checkArgs(problems, args);
    else problems.add("inputs", "must be a set of keys and values: vip, hosts, apiServers, ssh, ...", args ?? null);
    problems.throwIfAny("The inputs of HaApiLoadBalancer");
}

/** Whether the arguments are a set of keys and values that one can walk through. */
export function isPlainGroup(args: unknown): boolean {
    return isGroup(args) && !contained(args, []);
}

function checkArgs(problems: Problems, args: Group): void {
    hosts(problems, args["hosts"]);
    virtualMachine(problems, "virtualMachines", args["virtualMachines"]);
    group(problems, "ssh", args["ssh"]);
    const vrrp = group(problems, "vrrp", args["vrrp"]);
    plain(problems, "vrrp.authentication", vrrp["authentication"], "string", "none or password");
    const issuer = group(problems, "tls.issuer", group(problems, "tls", args["tls"])["issuer"]);
    for (const key of ["validityDays", "renewalDays"])
        plain(problems, `tls.issuer.${key}`, issuer[key], "number", "a number of days");
}

function hosts(problems: Problems, given: unknown): void {
    if (!Array.isArray(given)) {
        problems.add(
            "hosts",
            `must be a list of hosts, known when the program runs${given === undefined ? "; it is missing" : ""}`,
            shown(given),
        );
        return;
    }
    given.forEach((each: unknown, index) => {
        const path = `hosts[${index}]`;
        if (each === undefined || each === null) return problems.add(path, "must be a set of keys and values", null);
        const host = group(problems, path, each);
        if (isGroup(each)) plain(problems, `${path}.name`, host["name"] ?? null, "string", "a host name");
        plain(problems, `${path}.priority`, host["priority"], "number", "a number");
        virtualMachine(problems, `${path}.virtualMachine`, host["virtualMachine"]);
    });
}

function virtualMachine(problems: Problems, path: Path, given: unknown): void {
    const settings = group(problems, path, given, "; {} takes all from virtualMachines");
    for (const key of ["template", "image"]) group(problems, `${path}.${key}`, settings[key]);
    plain(problems, `${path}.node`, settings["node"], "string", "the name of a Proxmox node");
}

/** The group, or an empty one where there is none. */
function group(problems: Problems, path: Path, given: unknown, hint = ""): Group {
    if (isGroup(given)) return given;
    if (given !== undefined)
        problems.add(
            path,
            `must be a set of keys and values, known when the program runs${given === null ? hint : ""}`,
            shown(given),
        );
    return {};
}

function plain(problems: Problems, path: Path, given: unknown, type: "string" | "number", what: string): void {
    if (given !== undefined && typeof given !== type)
        problems.add(
            path,
            `must be ${what}, known when the program runs: resources are named and ordered by it`,
            shown(given),
        );
}

/** Promises and outputs are no groups. */
function isGroup(value: unknown): value is Group {
    return typeof value === "object" && value !== null && !Array.isArray(value) && !isLater(value);
}

function isLater(value: unknown): boolean {
    return pulumi.Output.isInstance(value) || value instanceof Promise;
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
