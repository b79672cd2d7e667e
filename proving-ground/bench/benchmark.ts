/** What a benchmark is: something that can be measured, shown as a table, and drawn. */
import type { Values } from "../../tools/commandLine";
import { count, type Option } from "../../tools/options";
import { say } from "../../tools/progress";
import type { LabInstance } from "../lab/instance";

export type OptionSet = Record<string, Option<unknown>>;

export interface Benchmark<Result, Options extends OptionSet = Repeated> {
    /** One line for the list of benchmarks. */
    title: string;
    /** `running`: in a lab that is up. `own`: in a lab that is made for it, with a command line of its own. */
    lab?: "running" | "own";
    options: Options;
    /**
     * `save` keeps what there is so far, so that a long run that is interrupted was not for nothing. `earlier` is what
     * was measured before, to be added to; only where `continues` says that it can be.
     */
    measure: (
        instance: LabInstance,
        values: Values<Options>,
        save: (soFar: Result) => Promise<void>,
        earlier?: Result,
    ) => Promise<Result>;
    /** Of one in its own lab: it can add to what it measured before. */
    continues?: true;
    /** Markdown. */
    table: (result: Result) => string;
    /** SVG files by name, without the ending. */
    plots?: (result: Result) => Record<string, string>;
    /** For `--help` of one with a command line of its own. */
    help?: { about: string; example: string };
}

export interface Repeated extends OptionSet {
    runs: Option<number>;
}

/** Options of a benchmark that is only repeated. */
export const repeated = (runs: number): Repeated => ({
    runs: count("N", "how often everything is repeated", { max: 100, otherwise: runs }),
});

/** A benchmark without its types, so that different ones can stand in one list. */
export interface AnyBenchmark {
    title: string;
    lab: "running" | "own";
    options: OptionSet;
    help?: { about: string; example: string };
    continues: boolean;
    measure(
        instance: LabInstance,
        values: Record<string, unknown>,
        save: (soFar: unknown) => Promise<void>,
        earlier?: unknown,
    ): Promise<Shown>;
}

export interface Shown {
    result: unknown;
    table: string;
    plots: Record<string, string>;
}

/** Keeps what is measured and what is shown of it of one type. */
export function benchmark<Result, Options extends OptionSet>(definition: Benchmark<Result, Options>): AnyBenchmark {
    const { title, lab = "running", options, help, continues = false, measure, table, plots } = definition;
    return {
        title,
        lab,
        options,
        ...(help === undefined ? {} : { help }),
        continues,
        measure: async (instance, values, save, earlier) => {
            const result = await measure(instance, values as Values<Options>, save, earlier as Result | undefined);
            return { result, table: table(result), plots: plots?.(result) ?? {} };
        },
    };
}

/** What the options are when none is given. */
export function defaults(options: OptionSet): Record<string, unknown> {
    return Object.fromEntries(
        Object.entries(options).map(([name, option]) => [name, option.value([], () => undefined)]),
    );
}

let deadline = Number.POSITIVE_INFINITY;

/** From now on no further round begins after this many minutes. */
export function limitMinutes(minutes: number): void {
    deadline = Date.now() + minutes * 60_000;
}

/** The number of the last run there is already; 0 where there is none. */
export const lastRun = (earlier: { run: number }[] = []): number => Math.max(0, ...earlier.map(({ run }) => run));

/**
 * Counts `runs` numbers from the one after `before`, and ends earlier, but not before the first, where the next would
 * begin after the time allowed.
 */
export function* rounds(runs: number, before = 0): Generator<number> {
    for (let round = 1; round <= runs; round++) {
        if (round > 1 && Date.now() > deadline) {
            say(`  ${round - 1} of ${runs} runs: the time allowed is over`);
            return;
        }
        yield before + round;
    }
}
