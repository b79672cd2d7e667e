/** What a part of the benchmarks is: something that can be measured, shown as a table, and drawn. */
import type { LabInstance } from "../lab/instance";

export interface Part<Result> {
    /** One line for the list of parts. */
    about: string;
    /** How often everything is repeated when nobody says. */
    runs: number;
    measure: (instance: LabInstance, runs: number) => Promise<Result>;
    /** Markdown. */
    table: (result: Result) => string;
    /** SVG files by name, without the ending. */
    plots?: (result: Result) => Record<string, string>;
}

/**
 * Keeps what a part measures and what it shows of it of one type, and lets parts of different types stand in one list.
 */
export interface AnyPart {
    about: string;
    runs: number;
    measure: (instance: LabInstance, runs: number) => Promise<Shown>;
}

export interface Shown {
    result: unknown;
    table: string;
    plots: Record<string, string>;
}

export function part<Result>({ about, runs, measure, table, plots }: Part<Result>): AnyPart {
    return {
        about,
        runs,
        measure: async (instance, times) => {
            const result = await measure(instance, times);
            return { result, table: table(result), plots: plots?.(result) ?? {} };
        },
    };
}
