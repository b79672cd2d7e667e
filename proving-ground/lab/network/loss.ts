/**
 * Packets that are lost on the way to or from a machine. The rules are on this machine, at the cable's end in the
 * bridge: what a host sends has left it, and its link stays up, as on a bad network.
 */
import { run, succeeds } from "../../../tools/run";
import { machine } from "../hypervisor/machine";
import type { LabInstance } from "../instance";

/** Directions are the machine's: what it receives, and what it sends. */
export interface Loss {
    /** Of a machine, or its cable's end in the bridge. */
    who: number | string;
    direction: "receives" | "sends";
    /** nft's words for the packets; all, where there are none. */
    packets?: string;
    /** Of a thousand; default: all. */
    perMille?: number;
}

const tableOf = (instance: LabInstance): string => `${instance.nftTable}_loss`;

/** These, and none of those before, until `loseNothing`. */
export async function losePackets(instance: LabInstance, losses: Loss[]): Promise<void> {
    await loseNothing(instance);
    const table = tableOf(instance);
    const chains = losses.flatMap(({ who, direction, packets = "", perMille = 1000 }, index) => {
        const device = typeof who === "string" ? who : machine(instance, who).veth.port;
        // What the bridge's end sends out is what the machine receives.
        const hook = direction === "receives" ? "egress" : "ingress";
        const verdict = perMille === 1000 ? "drop" : `numgen random mod 1000 < ${perMille} drop`;
        return [
            `add chain netdev ${table} c${index} { type filter hook ${hook} device "${device}" priority 0; }`,
            `add rule netdev ${table} c${index} ${packets} ${verdict}`,
        ];
    });
    await run("nft", [`add table netdev ${table}; ${chains.join("; ")}`]);
}

/** Nothing is lost any more; also where nothing was. */
export async function loseNothing(instance: LabInstance): Promise<void> {
    await succeeds("nft", [`delete table netdev ${tableOf(instance)}`]);
}

/** The losses in both directions alike. */
export const bothWays = (who: Loss["who"], perMille = 1000): Loss[] => [
    { who, direction: "receives", perMille },
    { who, direction: "sends", perMille },
];
