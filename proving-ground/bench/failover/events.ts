/** Every event: a fault of the catalogue, or what is no fault; and the names by which they are chosen. */
import { setTimeout as sleep } from "node:timers/promises";
import { FAULTS, packetsLost } from "../../../shared/faults/catalogue";
import type { Fault } from "../../../shared/faults/fault";
import { injectFault, revertFault } from "../../../shared/faults/injector";
import { UserError } from "../../../tools/run";
import { API_SERVER_PORT } from "../../lab/apiserver/apiServers";
import { enter } from "../../lab/enter";
import { AT_ONCE_MS, type BenchEvent, type Course, type EventContext, type Step } from "./event";
import { MachineInjector } from "./injector";
import { boot } from "./machines";
import { measures } from "./measures";
import { currentName } from "./results";
import { startDaemons } from "./injector";

/** How long packets get lost, and how long an outage lasts: longer than it takes to eject a server. */
const LOSS_MS = 10_000;
const OUTAGE_MS = 6000;
/** A lost packet costs time: more of it than clients of other events have. */
const LOSS_PATIENCE_MS = 5000;

/** What is measured when the failed part comes back. */
const returnOf = (fault: Pick<Fault, "name">): string => `${fault.name}-return`;

function faultEvent(fault: Fault): BenchEvent {
    return { name: fault.name, prepare: (context) => prepare(fault, context) };
}

async function prepare(fault: Fault, context: EventContext): Promise<Course> {
    const { instance, pair, master, apiServer } = context;
    const injector = await MachineInjector.prepare(context);
    const endpoint = ({ address }: { address: string }): string => `${address}:${API_SERVER_PORT}`;
    const target = {
        master: master.name,
        server: endpoint(instance.apiServers.find(({ name }) => name === apiServer)!),
        apiServers: instance.apiServers.map(endpoint),
    };
    const inject = (): Promise<void> => injectFault(fault, target, injector);
    // From here every host can be reached and every service started: nothing has to recover by itself.
    const revert = (): Promise<void> => revertFault({ ...fault, recovery: "reverted" }, target, injector);
    return {
        steps: stepsOf(fault, context, inject, revert),
        ...(fault.degrades === true ? { patienceMs: LOSS_PATIENCE_MS } : {}),
        restore: async () => {
            await revert();
            if (fault.losesHost === true) await boot(instance, master);
            if (fault.on === "master") await startDaemons(instance, pair);
        },
    };
}

function stepsOf(
    fault: Fault,
    { pair }: EventContext,
    inject: () => Promise<void>,
    revert: () => Promise<void>,
): Step[] {
    const vrrpMs = pair.setUp.masterDownMs + AT_ONCE_MS;
    if (fault.degrades === true) {
        const act = async (): Promise<void> => {
            await inject();
            await sleep(LOSS_MS);
            await revert();
        };
        return [{ measure: fault.name, act, atLeastMs: AT_ONCE_MS }];
    }
    if (fault.expectsOutage === true) {
        const before = async (): Promise<void> => {
            await inject();
            await sleep(OUTAGE_MS);
        };
        return [{ measure: returnOf(fault), before, act: revert, atLeastMs: AT_ONCE_MS }];
    }
    // A client gives up after a second: until then it does not show whether a server was asked again.
    const effectMs = fault.on === "master" ? AT_ONCE_MS : 2 * AT_ONCE_MS;
    const outage: Step = { measure: fault.name, act: inject, atLeastMs: fault.delayed === true ? vrrpMs : effectMs };
    if (!measures.some(({ name }) => name === returnOf(fault))) return [outage];
    // A set-up that prefers the host that comes back has it take the VIP within this time.
    const back: Step = { measure: returnOf(fault), act: revert, atLeastMs: vrrpMs };
    return [outage, fault.losesHost === true ? { ...back, heavy: true } : back];
}

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

/** The events of these names, or of what is measured in them; without any, the usual ones. */
export function chosenEvents(names: string[] = usualEvents): BenchEvent[] {
    return names.map((name) => {
        const current = currentName(name).replace(/-return$/, "");
        const found = events.find((event) => event.name === current);
        if (found === undefined)
            throw new UserError(
                `There is no event "${name}"; there are: ${events.map((event) => event.name).join(", ")}.`,
            );
        return found;
    });
}
