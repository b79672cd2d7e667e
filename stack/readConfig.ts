/** Reads the stack's configuration and says everything that is wrong with it in one error. */
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { examples, secretKeys, type StackConfig, stackSchema } from "./schema";
import { display, visible } from "../components/text/display";
import { refusal } from "../components/text/refusal";

/**
 * Throws a pulumi.RunError naming each bad key, the value received, what is allowed and, for a missing one, the command
 * that sets it.
 */
export function readConfig(config: pulumi.Config): StackConfig {
    const problems = unknownKeys(config);
    const unreadable = new Set<string>();
    const raw = Object.fromEntries(
        Object.keys(stackSchema.shape).map((key) => [key, value(config, key, () => unreadable.add(key))]),
    );
    const parsed = stackSchema.safeParse(raw);
    if (parsed.success && problems.length === 0) return withoutEmpty(parsed.data as unknown as StackConfig);
    for (const key of unreadable)
        problems.push(`${config.name}:${key}: must be ${expectedAt(key)}; received ${display(config.get(key))}`);
    for (const issue of parsed.error?.issues ?? []) {
        if (!unreadable.has(String(issue.path[0]))) problems.push(describe(config.name, raw, issue));
    }
    const list = problems.map((problem) => `  - ${problem}`).join("\n");
    throw refusal(`The configuration of stack ${pulumi.getStack()} cannot be used. Nothing was changed.\n${list}`);
}

/** Pulumi.yaml has to give every key a value: of what is nothing when it is empty, the empty one. */
function withoutEmpty({ allowedClients = [], vip6 = "", bgp, ...rest }: StackConfig): StackConfig {
    return {
        ...rest,
        ...(allowedClients.length === 0 ? {} : { allowedClients }),
        ...(vip6 === "" ? {} : { vip6 }),
        ...(bgp === undefined || Object.keys(bgp).length === 0 ? {} : { bgp }),
    };
}

/** A slip of the keyboard would otherwise be a setting that quietly does nothing. */
function unknownKeys(config: pulumi.Config): string[] {
    const known = [...Object.keys(stackSchema.shape), ...secretKeys];
    return Object.keys(pulumi.runtime.allConfig())
        .filter((key) => key.startsWith(`${config.name}:`) && !known.includes(key.slice(config.name.length + 1)))
        .map((key) => `${key}: is not a key of this project; it has: ${known.join(", ")}`);
}

/** Strings stay strings; everything else is JSON in Pulumi's configuration. */
function value(config: pulumi.Config, key: string, isUnreadable: () => void): unknown {
    const text = config.get(key);
    if (isText(key)) return text;
    try {
        return text === undefined ? undefined : JSON.parse(text);
    } catch {
        isUnreadable();
        return undefined;
    }
}

function isText(key: string): boolean {
    return ["string", "enum"].includes(stackSchema.shape[key as keyof StackConfig].type);
}

function expectedAt(key: string): string {
    const type = stackSchema.shape[key as keyof StackConfig].type;
    return (
        { number: "a number", boolean: "true or false", array: "a list", object: "a set of keys and values" }[
            type as string
        ] ?? `a ${type}`
    );
}

function describe(project: string, raw: Record<string, unknown>, issue: z.core.$ZodIssue): string {
    const key = String(issue.path[0]);
    const path =
        `${project}:${issue.path.map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`)).join("")}`
            // The key itself has no dot before it.
            .replace(":.", ":");
    const received = issue.path.reduce<unknown>(
        (inside, part) => (inside as Record<PropertyKey, unknown> | undefined)?.[part],
        raw,
    );
    if (issue.path.length === 1 && isMissing(received)) {
        return (
            `${path}: is missing; set it with: ` +
            `${examples[key as keyof StackConfig] ?? `pulumi config set ${key} VALUE`}`
        );
    }
    if (issue.code === "unrecognized_keys") return `${path}: has unknown keys: ${visible(issue.keys.join(", "))}`;
    if (received === undefined) return `${path}: is missing`;
    return (
        `${path}: ${issue.message.replace(/^Invalid input: /, "").replace(/, received .*$/, "")}; received ` +
        display(received)
    );
}

function isMissing(received: unknown): boolean {
    return received === undefined || received === "" || (Array.isArray(received) && received.length === 0);
}
