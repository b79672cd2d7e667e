/** The form of a rule. Rules are pure: what they judge is plain, and they say what they found. */
import type { PolicyConfigSchema } from "@pulumi/policy";
import type { Resource } from "./resource";

type Schema = PolicyConfigSchema["properties"][string];

export interface Violation {
    /** What is wrong, and what to do next. */
    message: string;
    /** The resource it is about. */
    urn: string;
}

/** Settings of a rule, each with its default, as JSON schema has it. */
export type SettingsOf<S> = { [K in keyof S]: Schema & { description: string; default: S[K] } };

/** What a rule may know besides the resources. */
export interface Surroundings {
    env: Record<string, string | undefined>;
}

export interface Rule<S extends object = object> {
    name: string;
    /** One sentence: what is demanded. */
    description: string;
    /** Mandatory refuses, advisory warns. */
    level: "mandatory" | "advisory";
    settings: SettingsOf<S>;
    /**
     * resource: each one as it is registered, so that the run ends before it is made. marked: the same, with what is
     * secret in place of its value. stack: all of them, at the end.
     */
    sees: "resource" | "marked" | "stack";
    judge: (resources: Resource[], settings: S, surroundings: Surroundings) => Violation[] | Promise<Violation[]>;
}

/** Thrown by a rule that has nothing to judge by. */
export class NotApplicable extends Error {
    override name = "NotApplicable";
}

export function defaultsOf<S extends object>(rule: Rule<S>): S {
    const entries = Object.entries(rule.settings as Record<string, Schema>);
    return Object.fromEntries(entries.map(([key, schema]) => [key, schema.default])) as S;
}
