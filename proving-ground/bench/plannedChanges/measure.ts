/**
 * What clients notice of planned changes: two VMs of the lab, changed by `pulumi up` again and again under a stream of
 * requests and a watch.
 */
import { summarise } from "../../../shared/probe/observations";
import { watching } from "../../lab/client/watching";
import type { LabInstance } from "../../lab/instance";
import { say } from "../../../tools/progress";
import { UserError } from "../../../tools/run";
import { onMachine } from "../support/machines";
import { rounds } from "../benchmark";
import { BenchStack } from "../support/stack";
import { changes } from "./changes";
import { site } from "./changes";

/** The runs of one change. */
export interface PlannedChangeResult {
    change: string;
    runs: {
        /** Milliseconds the deployment took. */
        took: number;
        requests: number;
        failed: number;
        /** Milliseconds. */
        longestGap: number;
        slowest: number;
        watchBreaks: number;
    }[];
}

/** Slow is not lost: the deployment, the hosts and the client share two processors. */
const CLIENT = { everyMs: 10, timeoutMs: 5000 };
const AROUND_MS = 1500;

export async function measure(instance: LabInstance, runs: number): Promise<PlannedChangeResult[]> {
    const here = site(instance);
    const stack = new BenchStack(instance, "unnoticed");
    const noticed = changes.map(({ title }): PlannedChangeResult => ({ change: title, runs: [] }));
    try {
        await stack.create(here.config({}));
        await stack.up();
        let config = {};
        for (const run of rounds(runs)) {
            for (const [index, change] of changes.entries()) {
                config = {
                    ...config,
                    ...(await change.prepare({
                        run,
                        instance,
                        hosts: here.hosts,
                        onHost: (address, command) => onMachine(instance, address, command, 180_000),
                    })),
                };
                await stack.configure(here.config(config));
                let [took, output] = [0, ""];
                const seen = summarise(
                    await watching(
                        instance,
                        here.vip,
                        async () => {
                            await pause();
                            ({ took, output } = await stack.up());
                            await pause();
                        },
                        CLIENT,
                    ),
                );
                if (!change.shows.test(output)) throw new UserError(`${change.title}: nothing was changed:\n${output}`);
                const { requests, failed, longestGap, slowest, watchBreaks } = seen;
                noticed[index]!.runs.push({ took, requests, failed, longestGap, slowest, watchBreaks });
                say(
                    `  run ${run}, ${change.title}: ${failed} of ${requests} failed, gap ` +
                        `${longestGap.toFixed(0)} ms, ${watchBreaks} watches broken, ${(took / 1000).toFixed(1)} ` +
                        "s",
                );
            }
        }
        return noticed;
    } finally {
        await stack.pulumi(["destroy", "--yes", "--skip-preview"]).catch(() => undefined);
        await stack.forget();
    }
}

function pause(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, AROUND_MS));
}
