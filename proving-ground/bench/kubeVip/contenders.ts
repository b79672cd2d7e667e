/** Who is compared: this project in front of the API servers, and kube-vip beside them. */
import { setTimeout as sleep } from "node:timers/promises";
import { slotVeth } from "../../lab/apiserver/slot";
import type { LabInstance } from "../../lab/instance";
import { setCable } from "../../lab/network/namespace";
import { AT_ONCE_MS, type Course } from "../failover/event";
import { chosenEvents } from "../failover/events";
import { mastersOf } from "../failover/pair";
import type { SetUpFacts } from "../failover/results";
import type { Pair } from "../failover/setups/setUp";
import * as kubeVips from "./kubeVip";
import type { Arp, KubeVip } from "./kubeVip";

export const EVENTS = ["network-cut", "proxy-killed", "switchover"] as const;
export type EventName = (typeof EVENTS)[number];

export interface Contender {
    facts: SetUpFacts;
    vip: string;
    /** Which machine has the VIP; undefined while the contender is not as it should be. */
    master(): Promise<string | undefined>;
    prepare(event: EventName, master: string): Promise<Course>;
    /** An API server's machine that the event does not touch. */
    control(master: string): string;
}

/** Nothing is done to the API servers. */
export function thisProject(instance: LabInstance, pair: Pair): Contender {
    const { name, title, goals, changes } = pair.setUp;
    return {
        facts: { name, title, ...(goals === undefined ? {} : { goals }), changes },
        vip: pair.vip,
        master: async () => {
            const [master, ...others] = await mastersOf(instance, pair);
            return others.length === 0 ? master?.name : undefined;
        },
        prepare: (event, master) => {
            const machine = pair.machines.find((each) => each.name === master)!;
            return chosenEvents([event])[0]!.prepare({
                instance,
                pair,
                master: machine,
                apiServer: kubeVips.nodesOf(instance)[0]!,
            });
        },
        control: () => instance.apiServers[0]!.address,
    };
}

/** With the node its API server goes too: that is how it is made. */
export function kubeVipContender(instance: LabInstance, kubeVip: KubeVip<Arp>, version: string): Contender {
    const { duration, renewDeadline, retry } = kubeVip.mode.arp;
    const leaseMs = 1000 * (duration + retry);
    return {
        facts: {
            name: kubeVip.name,
            title: `kube-vip ${version}, lease ${duration}, ${renewDeadline}, ${retry} s`,
            changes: [
                "It runs beside the API servers, in ARP mode, and needs no machines of its own; what is cut off is " +
                    "an API server's node.",
                "It has no proxy: what is killed is kube-vip itself, which is started again after 1 s; the address " +
                    "stays on the node meanwhile, as it does for real.",
                "A planned switchover is its pod taken from the node (SIGTERM), and put back.",
            ],
        },
        vip: kubeVip.vip,
        master: async () => {
            const [node, ...others] = await kubeVips.nodesWithVip(instance, kubeVip);
            return others.length === 0 && (await kubeVips.runsEverywhere(instance, kubeVip)) ? node : undefined;
        },
        prepare: async (event, node) => {
            const kill = await kubeVips.killKubeVip(instance, kubeVip, node);
            const acts: Record<EventName, Course> = {
                "network-cut": {
                    steps: [
                        {
                            measure: event,
                            act: () => setCable(slotVeth(instance, node), "down"),
                            atLeastMs: leaseMs + AT_ONCE_MS,
                        },
                    ],
                    restore: () => setCable(slotVeth(instance, node), "up"),
                },
                "proxy-killed": {
                    steps: [{ measure: event, act: kill, atLeastMs: leaseMs + AT_ONCE_MS }],
                    restore: () => Promise.resolve(),
                },
                switchover: {
                    steps: [
                        {
                            measure: event,
                            act: () => kubeVips.leaveKubeVip(instance, kubeVip, node),
                            atLeastMs: leaseMs + AT_ONCE_MS,
                        },
                    ],
                    restore: () => kubeVips.returnKubeVip(instance, kubeVip, node),
                },
            };
            return acts[event];
        },
        control: (node) => instance.apiServers.find(({ name }) => name !== node)!.address,
    };
}

/** Waits until it has been as it should be for a while; returns who has the VIP. */
export async function atRest(contender: Contender, restMs: number, timeoutMs: number): Promise<string> {
    const deadline = Date.now() + timeoutMs;
    let before: string | undefined;
    for (let since = Date.now(); ; await sleep(100)) {
        const master = await contender.master();
        if (master !== before || master === undefined) since = Date.now();
        before = master;
        if (master !== undefined && Date.now() - since >= restMs) return master;
        if (Date.now() > deadline)
            throw new Error(`${contender.facts.name} is not at rest: ${master ?? "not one machine"} has the VIP`);
    }
}
