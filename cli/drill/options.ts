/** The words after `npm run drill --`; everything that is wrong with them is said at once. */
import { parseArgs } from "node:util";
import { UserError } from "../../tools/run";
import type { Fault } from "./faults/fault";
import { FAULTS } from "./faults/list";

export const USAGE = "npm run drill -- [--stack NAME] [--fault NAME]... [--all-faults] [--runs N] [--yes] [--dry-run] [--json FILE] [--svg FILE] " +
    "[--hold SECONDS] [--kubeconfig FILE] [--ca FILE] [--identity FILE]";

export interface Options {
    stack?: string;
    /** In the order of the list, each once. */
    faults: Fault[];
    /** Whether they were named, one by one or all of them. */
    chosen: "graceful" | "named" | "all";
    runs: number;
    yes: boolean;
    dryRun: boolean;
    /** `-` is standard output. */
    json?: string;
    svg?: string;
    holdMs: number;
    kubeconfig?: string;
    ca?: string;
    identity?: string;
}

const words = {
    "stack": { type: "string" }, "fault": { type: "string", multiple: true }, "all-faults": { type: "boolean" }, "runs": { type: "string" },
    "yes": { type: "boolean" }, "dry-run": { type: "boolean" }, "json": { type: "string" }, "svg": { type: "string" }, "hold": { type: "string" },
    "kubeconfig": { type: "string" }, "ca": { type: "string" }, "identity": { type: "string" },
} as const;

const texts = ["stack", "json", "svg", "kubeconfig", "ca", "identity"] as const;

export function readOptions(args: string[]): Options {
    const { values, tokens } = parseArgs({ args, options: words, strict: false, allowPositionals: true, tokens: true });
    const problems: string[] = [];
    for (const token of tokens) {
        if (token.kind === "positional") problems.push(`"${token.value}" belongs to no option`);
        if (token.kind !== "option") continue;
        const known = Object.hasOwn(words, token.name) ? words[token.name as keyof typeof words] : undefined;
        if (known === undefined) problems.push(`there is no option ${token.rawName}`);
        else if (known.type === "string" && (token.value === undefined || token.value === "" || token.value.startsWith("--"))) problems.push(`${token.rawName} takes a value`);
        else if (known.type === "boolean" && token.value !== undefined) problems.push(`${token.rawName} takes no value; received "${token.value}"`);
    }
    const named = [values.fault ?? []].flat().filter((name): name is string => typeof name === "string" && name !== "" && !name.startsWith("--"));
    for (const name of named.filter((each) => !FAULTS.some((fault) => fault.name === each))) {
        problems.push(`there is no fault "${name}"; there are: ${FAULTS.map((fault) => fault.name).join(", ")}`);
    }
    if (named.length > 0 && values["all-faults"] === true) problems.push("--fault and --all-faults exclude each other");
    const runs = number("runs", values.runs, 1, 1, 100, problems);
    const hold = number("hold", values.hold, 6, 2, 60, problems);
    if (problems.length > 0) throw new UserError(`${problems.map((problem) => `  - ${problem}`).join("\n")}\nUse: ${USAGE}`);
    const chosen = values["all-faults"] === true ? "all" : named.length > 0 ? "named" : "graceful";
    const wanted = (fault: Fault): boolean => (chosen === "all" || (chosen === "named" ? named.includes(fault.name) : fault.graceful));
    return {
        faults: FAULTS.filter(wanted), chosen, runs, holdMs: hold * 1000, yes: values.yes === true, dryRun: values["dry-run"] === true,
        ...Object.fromEntries(texts.flatMap((key) => (typeof values[key] === "string" ? [[key, values[key]]] : []))),
    };
}

function number(name: string, given: unknown, otherwise: number, least: number, most: number, problems: string[]): number {
    if (given === undefined || typeof given !== "string") return otherwise;
    const value = Number(given);
    // What begins with a hyphen has been called a missing value already.
    if (given.startsWith("--") || given === "") return otherwise;
    if (Number.isInteger(value) && value >= least && value <= most) return value;
    problems.push(`--${name} takes a whole number from ${least} to ${most}; received "${given}"`);
    return otherwise;
}
