/** Every event, and the names by which they are asked for. */
import { FAULTS, packetsLost } from "../../../shared/faults/catalogue";
import { UserError } from "../../../tools/run";
import { enter } from "./enter";
import { AT_ONCE_MS, type BenchEvent } from "./event";
import { faultEvent } from "./faultEvent";
import { startDaemons } from "./restore";

/** No fault: what a change of the proxy's configuration does. */
const reload: BenchEvent = {
    name: "reload",
    prepare: ({ instance, pair, master }) =>
        Promise.resolve({
            steps: [
                {
                    measure: "reload",
                    act: async () => void (await enter(instance, master.id, `systemctl reload ${pair.setUp.proxy}`)),
                    atLeastMs: AT_ONCE_MS,
                },
            ],
            restore: () => startDaemons(instance, pair),
        }),
};

/** The faults of the catalogue, more of one of them, and what is no fault. */
export const events: BenchEvent[] = [
    ...[...FAULTS, packetsLost(5), packetsLost(50)].map((fault) => faultEvent(fault)),
    reload,
];

/** What is measured when no event is named, in the order it happens in a run. */
export const usualEvents = [
    "host-powered-off",
    "network-cut",
    "proxy-killed",
    "proxy-hung",
    "keepalived-killed",
    "switchover",
    "api-server-killed",
    "api-server-hung",
    "api-server-not-ready",
    "packets-lost-0.5",
    "packets-lost",
    "packets-lost-5",
    "all-api-servers-refuse",
    "reload",
];

/** Shorter names for some of them. */
const ALIASES: Record<string, string> = {
    "power-off": "host-powered-off",
    "cut-off": "network-cut",
    "api-killed": "api-server-killed",
    "api-hung": "api-server-hung",
    "api-500": "api-server-not-ready",
    "loss-0.5": "packets-lost-0.5",
    "loss-2": "packets-lost",
    "loss-5": "packets-lost-5",
    "all-back": "all-api-servers-refuse",
};

/** The events of these names; without any, the usual ones. */
export function chosenEvents(names: string[] = usualEvents): BenchEvent[] {
    return names.map((name) => {
        const found = events.find((event) => event.name === (ALIASES[name] ?? name));
        if (found === undefined)
            throw new UserError(
                `There is no event "${name}"; there are: ${events.map((event) => event.name).join(", ")}.`,
            );
        return found;
    });
}
