/** Events in turn, of two hosts and of three, with and without forwarding among them. */
import { say } from "../../../tools/progress";
import type { LabInstance } from "../../lab/instance";
import { lastRun, rounds } from "../benchmark";
import { type Losses, lossesDuring } from "./clients";
import { type Event, EVENTS } from "./events";
import { AnnouncingHosts } from "./hosts";

export interface Measured extends Losses {
    run: number;
    hosts: number;
    forwarding: boolean;
    event: string;
}

export const HOSTS = [2, 3];

/** Seconds within which a host that was off announces again. */
const BACK_SECONDS = 90;

export async function measureBgp(
    instance: LabInstance,
    { runs }: { runs: number },
    save: (soFar: Measured[]) => Promise<void>,
    earlier: Measured[] = [],
): Promise<Measured[]> {
    const all = [...earlier];
    const before = lastRun(earlier);
    for (const count of HOSTS) {
        const hosts = await AnnouncingHosts.start(instance, count);
        try {
            for (const run of rounds(runs, before))
                for (const forwarding of [false, true])
                    for (const event of EVENTS) {
                        const losses = await once(hosts, event, forwarding);
                        say(
                            `  ${run} ${count} hosts${forwarding ? ", forwarding" : ""}, ${event.name}: ${told(losses)}`,
                        );
                        all.push({ run, hosts: count, forwarding, event: event.name, ...losses });
                        await save(all);
                    }
        } finally {
            await hosts.stop();
        }
    }
    return all;
}

async function once(hosts: AnnouncingHosts, event: Event, forwarding: boolean): Promise<Losses> {
    await hosts.inUse(event.from, BACK_SECONDS);
    await hosts.forward(forwarding);
    const losses = await lossesDuring(
        hosts.behindRouter,
        hosts.vip,
        () => event.act(hosts),
        () => hosts.inUse(event.from, 0),
    );
    await event.mend?.(hosts);
    if (event.returnFollows !== true) await hosts.inUse("all", BACK_SECONDS);
    return losses;
}

const told = ({ watches, reset, silent, requests, failed, gapMs }: Losses): string =>
    `${reset} of ${watches} watches reset, ${silent} silent; ${failed} of ${requests} new connections failed, ` +
    `${gapMs.toFixed(0)} ms without an answer`;
