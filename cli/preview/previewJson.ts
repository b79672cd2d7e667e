/** What `pulumi preview --json` prints, as far as it is used here. */
import { z } from "zod";
import { UserError } from "../../tools/run";

const state = z.object({
    type: z.string(),
    parent: z.string().optional(),
    inputs: z.record(z.string(), z.unknown()).optional(),
    outputs: z.record(z.string(), z.unknown()).optional(),
});

const step = z.object({
    op: z.string(),
    urn: z.string(),
    oldState: state.nullish(),
    newState: state.nullish(),
    diffReasons: z.array(z.string()).nullish(),
    replaceReasons: z.array(z.string()).nullish(),
    detailedDiff: z.record(z.string(), z.object({ kind: z.string() })).nullish(),
});

const preview = z.object({
    steps: z.array(step).nullish(),
    diagnostics: z.array(z.object({ message: z.string(), severity: z.string().optional() })).nullish(),
    changeSummary: z.record(z.string(), z.number()).nullish(),
});

export type State = z.infer<typeof state>;
export type Step = z.infer<typeof step>;

export interface Preview {
    steps: Step[];
    /** Numbers of resources by operation; "same" are those that stay as they are. */
    counts: Record<string, number>;
    problems: string[];
    warnings: string[];
}

/** What stands for a secret in the JSON. */
export const SECRET = "[secret]";

/** What stands for a value that only the deployment will tell. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Throws a UserError when the text is no preview. `what` names it to people. */
export function readPreview(text: string, what: string): Preview {
    const parsed = preview.safeParse(jsonOf(text, what));
    if (!parsed.success || (parsed.data.steps == null && parsed.data.diagnostics == null))
        throw new UserError(`${what} is not what pulumi preview --json prints: it has neither steps nor diagnostics.`);
    const { steps, diagnostics, changeSummary } = parsed.data;
    const messages = (wanted: RegExp): string[] => [
        ...new Set(
            (diagnostics ?? [])
                .filter(({ severity }) => wanted.test(severity ?? "error"))
                .map(({ message }) => message.replace(/^(error|warning): /, "").trim())
                .filter((message) => message !== ""),
        ),
    ];
    return {
        steps: steps ?? [],
        counts: changeSummary ?? {},
        problems: messages(/^error$/),
        warnings: messages(/^warning$/),
    };
}

function jsonOf(text: string, what: string): unknown {
    // npm and plugins may have printed something before.
    const start = /^\{/m.exec(text)?.index;
    if (start === undefined)
        throw new UserError(
            `${what} is not what pulumi preview --json prints: ${text.trim() === "" ? "it is empty" : "no line of it begins with {"}.`,
        );
    try {
        return JSON.parse(text.slice(start)) as unknown;
    } catch {
        const streaming = /\n\s*\{"/.test(text.slice(start));
        throw new UserError(
            streaming
                ? `${what} has an event in each line: leave PULUMI_ENABLE_STREAMING_JSON_PREVIEW unset.`
                : `${what} is not what pulumi preview --json prints: it was cut off, or is no JSON.`,
        );
    }
}

/** Steps that change something. */
export function changes({ steps }: Preview): Step[] {
    return steps.filter(({ op }) => op !== "same" && op !== "read" && op !== "refresh");
}

/** An input as text; undefined where there is none, and SECRET where it is secret. */
export function textInput(of: State | null | undefined, name: string): string | undefined {
    const value = of?.inputs?.[name];
    if (value === undefined || value === null) return undefined;
    if (typeof value !== "string") return SECRET;
    return value;
}

/** One value in a sentence; secrets and what is not known yet by their names. */
export function shown(value: unknown): string {
    if (value === undefined || value === null) return "(none)";
    if (typeof value === "object" && "4dabf18193072939515e22adb298388d" in value) return SECRET;
    const text = typeof value === "string" ? value : JSON.stringify(value);
    return text.replaceAll(UNKNOWN, "(known after up)");
}
