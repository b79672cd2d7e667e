import { say } from "../../../tools/progress";

let deadline = Number.POSITIVE_INFINITY;

/** From now on no further round begins after this many minutes. */
export function limitMinutes(minutes: number): void {
    deadline = Date.now() + minutes * 60_000;
}

/**
 * Counts 1, 2, ... up to `runs`, and ends earlier, but not before the first, where the next would begin after the time
 * allowed.
 */
export function* rounds(runs: number): Generator<number> {
    for (let run = 1; run <= runs; run++) {
        if (run > 1 && Date.now() > deadline) {
            say(`  ${run - 1} of ${runs} runs: the time allowed is over`);
            return;
        }
        yield run;
    }
}
