/** What the daemons reported of a host's files. */
import { randomBytes } from "node:crypto";
import type { HostConfiguration } from "./configurations";
import { type Place, runIn } from "./place";
import { resultLine, validationScript } from "./script";

export interface Result {
    host: string;
    service: string;
    /** "missing": the program that tests it is not there. */
    verdict: "accepted" | "refused" | "missing";
    /** The program that tested it, or would have. */
    program: string;
    /** Its output, with file and line. */
    output: string[];
}

export async function resultsOf(configuration: HostConfiguration, place: Place): Promise<Result[]> {
    const mark = `result-${randomBytes(8).toString("hex")}`;
    return readResults(configuration, mark, await runIn(place, validationScript(configuration, mark)));
}

/** What a program says comes before the line with its result. */
export function readResults({ host, tests }: HostConfiguration, mark: string, output: string): Result[] {
    let from = 0;
    return [...output.matchAll(resultLine(mark))].map((match) => {
        const { service, program } = tests[Number(match[1])]!;
        const text = output.slice(from, match.index);
        from = match.index + match[0].length;
        const status = Number(match[2]);
        return { host, service, program, verdict: verdictOf(status), output: linesOf(text) };
    });
}

function verdictOf(status: number): Result["verdict"] {
    if (status === 127) return "missing";
    return status === 0 ? "accepted" : "refused";
}

const linesOf = (text: string): string[] =>
    text
        .split("\n")
        .map((line) => line.trimEnd())
        .filter((line) => line !== "");
