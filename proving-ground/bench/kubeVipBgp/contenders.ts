/** Who announces a VIP to the router, and what can happen to one of the three who do. */
import { startApiServer, stopApiServer } from "../../lab/apiserver/apiServers";
import { slotVeth } from "../../lab/apiserver/slot";
import type { LabInstance } from "../../lab/instance";
import { bothWays, loseNothing, losePackets } from "../../lab/network/loss";
import type { AnnouncingHosts } from "../bgp/hosts";
import {
    killKubeVip,
    type KubeVip,
    leaveKubeVip,
    nodesOf,
    returnKubeVip,
    startKubeVip,
    stopKubeVip,
} from "../kubeVip/kubeVip";

/** What happens, and how the other way round. */
export interface Act {
    strike: () => Promise<unknown>;
    /** Where it does not end by itself. */
    mend?: () => Promise<unknown>;
}

export const EVENTS = {
    "serving-killed": "what serves there is killed",
    "announcer-killed": "what announces it is killed, and back",
    left: "it leaves on purpose",
    silent: "it falls silent while its link stays up",
} as const;
export type EventName = keyof typeof EVENTS;

export interface Contender {
    name: string;
    title: string;
    vip: string;
    /** Addresses; the first is struck. */
    hosts: string[];
    /** They announce it from then on, or none of them does. */
    begin(): Promise<void>;
    end(): Promise<void>;
    acts: Record<EventName, Act>;
}

export function thisProject(hosts: AnnouncingHosts): Contender {
    const { instance, victim } = hosts;
    return {
        name: "ours",
        title: "this project, defaults (BFD)",
        vip: hosts.vip,
        hosts: hosts.machines.map(({ address }) => address),
        begin: () => Promise.resolve(),
        end: () => Promise.resolve(),
        acts: {
            "serving-killed": { strike: () => hosts.onVictim("sudo pkill -KILL --oldest nginx") },
            "announcer-killed": { strike: () => hosts.onVictim("sudo pkill -KILL bird") },
            left: {
                strike: () => hosts.onVictim("sudo /usr/local/libexec/ha-api/switchover --stay"),
                mend: () => hosts.onVictim("sudo /usr/local/libexec/ha-api/switchover --return"),
            },
            silent: { strike: () => losePackets(instance, bothWays(victim.id)), mend: () => loseNothing(instance) },
        },
    };
}

export function kubeVipContender(instance: LabInstance, program: string, kubeVip: KubeVip, title: string): Contender {
    const [victim] = nodesOf(instance);
    const node = victim!;
    return {
        name: kubeVip.name,
        title,
        vip: kubeVip.vip,
        hosts: instance.apiServers.map(({ address }) => address),
        begin: () => startKubeVip(instance, program, kubeVip),
        end: () => stopKubeVip(instance, kubeVip),
        acts: {
            // As long as it is not started again: what a crash loop is to its clients.
            "serving-killed": {
                strike: () => stopApiServer(instance, node),
                mend: () => startApiServer(instance, node),
            },
            "announcer-killed": { strike: async () => (await killKubeVip(instance, kubeVip, node))() },
            left: {
                strike: () => leaveKubeVip(instance, kubeVip, node),
                mend: () => returnKubeVip(instance, kubeVip, node),
            },
            silent: {
                strike: () => losePackets(instance, bothWays(slotVeth(instance, node).port)),
                mend: () => loseNothing(instance),
            },
        },
    };
}
