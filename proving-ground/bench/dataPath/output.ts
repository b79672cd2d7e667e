/** Reads what the load generators say. */
import { UserError } from "../../../tools/run";

/**
 * Answered requests a second, by wrk. Throws when some were not answered as they should be: such a figure says nothing.
 */
export function wrkRate(output: string): number {
    const rate = /^Requests\/sec:\s+([\d.]+)$/m.exec(output)?.[1];
    if (rate === undefined || /Non-2xx/.test(output) || /timeout [1-9]/.test(output))
        throw new UserError(`wrk was not answered as it should be:\n${output}`);
    return Number(rate);
}

/** Microseconds of each request, by the log of h2load: start, status, duration. */
export function requestLog(text: string): number[] {
    const rows = text
        .split("\n")
        .filter(Boolean)
        .map((row) => row.split("\t").map(Number));
    const bad = rows.filter(([, status]) => status !== 200).length;
    if (rows.length === 0 || bad > 0)
        throw new UserError(`h2load: ${bad} of ${rows.length} requests were not answered with 200.`);
    return rows.map(([, , took]) => took!);
}
