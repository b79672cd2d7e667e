/** The network between machines and API servers: it loses packets, or the servers' machines refuse them. */
import { run, succeeds } from "../../../tools/run";
import { machine } from "../../lab/hypervisor/machine";
import type { LabInstance } from "../../lab/instance";
import { inNamespace, vethOf } from "../../lab/network/namespace";

/**
 * On this machine, at the cable's end in the bridge: what a host sends has left it, and is lost on the way, as on a bad
 * network.
 */
const lossTable = (instance: LabInstance): string => `${instance.nftTable}_loss`;

/** Loses so many of a thousand packets each way between these machines and API servers, ADDRESS:PORT each. */
export async function losePackets(
    instance: LabInstance,
    vmids: number[],
    servers: string[],
    perMille: number,
): Promise<void> {
    const table = lossTable(instance);
    const endpoints = `{ ${servers.map((server) => server.replace(":", " . ")).join(", ")} }`;
    const verdict = perMille === 1000 ? "drop" : `numgen random mod 1000 < ${perMille} drop`;
    const rules = vmids.flatMap((vmid) =>
        (
            [
                ["ingress", "ip daddr . tcp dport"],
                ["egress", "ip saddr . tcp sport"],
            ] as const
        ).map(
            ([hook, packets]) =>
                `add chain netdev ${table} ${hook}${vmid} { type filter hook ${hook} ` +
                `device "${machine(instance, vmid).veth.port}" priority 0; }; ` +
                `add rule netdev ${table} ${hook}${vmid} ${packets} ${endpoints} ${verdict}`,
        ),
    );
    await run("nft", [`add table netdev ${table}; ${rules.join("; ")}`]);
}

/** Nothing is lost any more; also where nothing was. */
export async function loseNothing(instance: LabInstance): Promise<void> {
    await succeeds("nft", [`delete table netdev ${lossTable(instance)}`]);
}

/** The rules that have a server's machine refuse, in its own namespace. */
const REFUSAL = "halab_refusal";

export async function refuse(instance: LabInstance, servers: string[]): Promise<void> {
    await Promise.all(
        instance.apiServers.flatMap(({ name, address }) =>
            servers
                .filter((server) => server.startsWith(`${address}:`))
                .map((server) =>
                    inNamespace(vethOf(instance, name).namespace, [
                        "nft",
                        `add table inet ${REFUSAL}; ` +
                            `add chain inet ${REFUSAL} input { type filter hook input priority 0; }; ` +
                            `add rule inet ${REFUSAL} input tcp dport ${server.split(":")[1]} reject with tcp reset`,
                    ]),
                ),
        ),
    );
}

/** All within some milliseconds: processes that start need longer, each another time. Nothing where none refuses. */
export async function refuseNothing(instance: LabInstance): Promise<void> {
    await Promise.all(
        instance.apiServers.map(({ name }) =>
            inNamespace(vethOf(instance, name).namespace, [
                "sh",
                "-c",
                `nft delete table inet ${REFUSAL} 2> /dev/null || true`,
            ]),
        ),
    );
}
