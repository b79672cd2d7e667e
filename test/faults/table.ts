/**
 * Rows of the table that `npm run test:faults` ends with: how many cases of each kind of trouble there were, and how
 * many came out as is promised. Tests add to it as they end; the command shows it.
 */
import { appendFile, readFile } from "node:fs/promises";
import { aligned } from "../../shared/report/table";

/** An environment variable with the file of the rows; without it nobody asks for them. */
export const TABLE = "HA_API_TEST_FAULTS_TABLE";

export interface Row {
    trouble: string;
    cases: number;
    survived: number;
    /** What the figure is of. */
    as: string;
}

export async function record(row: Row): Promise<void> {
    const file = process.env[TABLE];
    if (file !== undefined) await appendFile(file, `${JSON.stringify(row)}\n`);
}

/** Undefined where no test has told anything. */
export async function tableIn(file: string): Promise<string | undefined> {
    const text = await readFile(file, "utf8").catch(() => "");
    const rows = text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as Row);
    if (rows.length === 0) return undefined;
    const cells = rows.map(({ trouble, cases, survived, as }) => [trouble, String(cases), String(survived), as]);
    return aligned([["trouble", "cases", "survived", "as"], ...cells]).join("\n");
}
