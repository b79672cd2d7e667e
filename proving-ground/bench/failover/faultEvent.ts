/** A fault of the catalogue as an event that can be measured. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "../../../shared/faults/fault";
import { injectFault, revertFault } from "../../../shared/faults/injector";
import { API_SERVER_PORT } from "../../lab/apiserver/apiServers";
import { AT_ONCE_MS, type BenchEvent, type Course, type EventContext, type Step } from "./event";
import { MachineInjector } from "./machineInjector";
import { measures } from "./measures";
import { boot } from "./machines";
import { startDaemons } from "./restore";

/** How long packets get lost, and how long an outage lasts: longer than it takes to eject a server. */
const LOSS_MS = 10_000;
const OUTAGE_MS = 6000;
/** A lost packet costs time: more of it than clients of other events have. */
const LOSS_PATIENCE_MS = 5000;

/** What is measured when the failed part comes back. */
export const returnOf = (fault: Pick<Fault, "name">): string => `${fault.name}-return`;

export function faultEvent(fault: Fault): BenchEvent {
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
