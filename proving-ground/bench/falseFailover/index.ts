/** How much it takes until a healthy host is thought dead. */
import { milliseconds } from "../../../shared/report/duration";
import type { Spread } from "../../../shared/report/statistics";
import { markdownTable } from "../../../shared/report/table";
import { count } from "../../../tools/options";
import { part } from "../../../tools/progress";
import { benchmark } from "../benchmark";
import { pairsUp } from "../failover/machines";
import { restoreAll } from "../failover/injector";
import { chosenSetUps, pairOf } from "../failover/setups";
import { disturb, situations } from "./measure";

/** From the most to the least impatient. */
const SET_UPS = ["ours-fast", "ours-balanced", "ours-tolerant"];

export const falseFailover = benchmark({
    title: "how much it takes until a healthy host is thought dead",
    lab: "own",
    options: {
        seconds: count("N", "how long each disturbance lasts", { max: 600, otherwise: 30 }),
        freezes: count("N", "how often a host stands still", { max: 100, otherwise: 10 }),
    },
    measure: async (instance, { seconds, freezes }, save: (soFar: Disturbed) => Promise<void>) => {
        const pairs = chosenSetUps(SET_UPS).map((setUp) => pairOf(instance, setUp));
        await pairsUp(instance, pairs);
        await part("everything is put back", () => restoreAll(instance, pairs));
        const result: Disturbed = { date: new Date().toISOString(), outcomes: [] };
        for (const situation of situations(seconds, freezes)) {
            result.outcomes.push(...(await disturb(instance, pairs, situation)));
            await save(result);
        }
        return result;
    },
    table: ({ outcomes }) => table(outcomes),
    help: {
        about:
            "Disturbs healthy pairs with busy processes and by letting them stand still, and counts how often the " +
            "VIP moves without need; prints a table.",
        example: "npm run bench -- false-failover --seconds 15 --json g.json",
    },
});

/** What one set-up went through in one situation. */
export interface Outcome {
    situation: string;
    setUp: string;
    title: string;
    /** How often, or for how many seconds, it was disturbed. */
    extent: string;
    /** How often a host took the VIP although the master was only disturbed. */
    falseFailovers: number;
    /** Milliseconds without a good new connection: the longest time in each trial. */
    gap: Spread;
    failed: number;
    requests: number;
    /** Milliseconds in which both hosts were master, all together. */
    splitBrainMs: number;
    /** Share of the machine's processors in use, 0 to 1. */
    busy: number;
}

export interface Disturbed {
    date: string;
    outcomes: Outcome[];
}

export function table(outcomes: Outcome[]): string {
    return markdownTable(
        [
            "master",
            "set-up",
            "disturbed",
            "false failovers",
            "longest gap: median",
            "max",
            "failed requests",
            "split-brain, in all",
            "processors in use",
        ],
        outcomes.map(({ situation, title, extent, falseFailovers, gap, failed, requests, splitBrainMs, busy }) => [
            situation,
            title,
            extent,
            falseFailovers,
            milliseconds(gap.median),
            milliseconds(gap.max),
            `${failed} of ${requests}`,
            milliseconds(splitBrainMs),
            `${Math.round(busy * 100)} %`,
        ]),
    );
}
