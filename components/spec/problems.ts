/** Collects everything wrong with the inputs, so that it is reported all at once. */
import * as pulumi from "@pulumi/pulumi";
import { display } from "../text/display";

/** Where a value is, in the notation of the inputs: `hosts[1].address`. */
export type Path = string;

/** Where something is wrong, what is allowed there, and what was received, as Problems takes them. */
export type Found = [path: Path, allowed: string, received?: unknown];

export interface Problem {
    path: Path;
    reason: string;
}

/** What Problems throws. Its `errors` are empty: an engine prints the value at each path there, secrets too. */
type Refusal = pulumi.InputPropertiesError & { problems: Problem[] };

/** All that the error names; undefined when Problems did not throw it. */
export function problemsIn(error: unknown): Problem[] | undefined {
    return pulumi.InputPropertiesError.isInstance(error) ? (error as Partial<Refusal>).problems : undefined;
}

export class Problems {
    private readonly found: Problem[] = [];

    /**
     * Notes one problem: what is allowed, and the value received unless there was none. Settings that hosts share are
     * checked for each: once is enough.
     */
    add(path: Path, allowed: string, received?: unknown): void {
        const reason = `${allowed}${received === undefined ? "" : `; received ${display(received)}`}`;
        if (!this.found.some((known) => known.path === path && known.reason === reason))
            this.found.push({ path, reason });
    }

    get any(): boolean {
        return this.found.length > 0;
    }

    /**
     * Throws one error that names every problem; does nothing when there is none. `done`: what that means for what is
     * there already.
     */
    throwIfAny(what: string, done = "Nothing was changed."): void {
        if (!this.any) return;
        const count = this.found.length === 1 ? "1 problem" : `${this.found.length} problems`;
        const list = this.found.map(({ path, reason }) => `  - ${path}: ${reason}`).join("\n");
        const error = new pulumi.InputPropertiesError({
            message: `${what} cannot be used, ${count}. ${done}\n${list}`,
            errors: [],
        });
        // A program that uses the component directly gets the message alone, as for a pulumi.RunError: the SDK knows
        // one by this mark, and would else print a stack trace.
        throw Object.assign(fixedMessage(error), {
            problems: this.found,
            stack: error.message,
            __pulumiRunError: true,
        });
    }
}

/**
 * Where outputs are among the inputs, the error comes when they are known, and every resource that waits for the model
 * meets it. The SDK puts a remark of its own before the message each time, on the one error they share: what a person
 * reads would be all remarks.
 */
function fixedMessage<E extends Error>(error: E): E {
    const { message } = error;
    return Object.defineProperty(error, "message", { get: () => message, set: () => undefined });
}
