import { UserError } from "../tools/run";

export interface Options {
    /** The parts to measure, in this order. */
    names: string[];
    /** How often each is repeated; absent: as the part says. */
    runs: number | undefined;
    /** After how many minutes no further run of a part begins; absent: never. */
    minutes: number | undefined;
    json: string | undefined;
    plots: string | undefined;
    lab: string;
}

/** Reads the words of the command line; `parts` are the names there are, each with what it is about. */
export function options(words: string[], parts: Record<string, string>): Options {
    const args = [...words];
    const value = (flag: string): string | undefined => {
        const at = args.indexOf(flag);
        if (at < 0) return undefined;
        const [, given] = args.splice(at, 2);
        if (given === undefined || given.startsWith("--")) throw new UserError(`${flag} needs a value.`);
        return given;
    };
    const [json, plots, lab, times, limit] = [value("--json"), value("--plots"), value("--lab") ?? "dev", value("--runs"), value("--minutes")];
    const runs = times === undefined ? undefined : Number(times);
    if (runs !== undefined && (!Number.isInteger(runs) || runs < 1 || runs > 100)) throw new UserError(`--runs takes a number from 1 to 100; received ${times}.`);
    const minutes = limit === undefined ? undefined : Number(limit);
    if (minutes !== undefined && !(minutes > 0)) throw new UserError(`--minutes takes a number above 0; received ${limit}.`);
    const unknown = args.filter((name) => !Object.hasOwn(parts, name));
    if (unknown.length > 0) {
        const list = Object.entries(parts).map(([name, about]) => `  ${name.padEnd(10)} ${about}`).join("\n");
        throw new UserError(`There is no part ${unknown.join(", ")}; there are:\n${list}`);
    }
    return { names: args.length > 0 ? args : Object.keys(parts), runs, minutes, json, plots, lab };
}
