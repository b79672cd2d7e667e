import type { Goal } from "../measures";

/** Milliseconds as people read them: `34 ms`, `2.49 s`. */
export function time(milliseconds: number): string {
    return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}

export function goalText({ median, most, noFailure }: Goal): string {
    const parts = [
        median === undefined ? [] : [`median at most ${time(median)}`],
        most === undefined ? [] : [median === undefined ? `at most ${time(most)}` : `worst at most ${time(most)}`],
        noFailure === undefined ? [] : ["no failed connection"],
    ];
    return parts.flat().join(", ");
}
