/** The network between the holder and the API servers loses packets, or the whole control plane is away for a while. */
import { setTimeout as sleep } from "node:timers/promises";
import { API_SERVER_PORT } from "../../../lab/apiserver/apiServers";
import { machine } from "../../../lab/hypervisor/machine";
import type { LabInstance } from "../../../lab/instance";
import { inNamespace, plugOf } from "../../../lab/network/namespace";
import { run, succeeds } from "../../../../tools/run";
import { AT_ONCE_MS, type BenchEvent } from "./event";

/** How long packets get lost, and how long nobody is there: longer than anybody leaves a server out. */
const LOSS_MS = 10_000;
const AWAY_MS = 6000;
/** A lost packet costs time: more of it than clients of other events have. */
const PATIENCE_MS = 5000;

/**
 * On this machine, at the cable's end in the bridge: what a host sends has left it, and is lost on the way, as on a bad
 * network.
 */
const lossTable = (instance: LabInstance): string => `${instance.nftTable}_loss`;

/** Loses so many of a thousand packets each way between a machine and the API servers. */
async function lose(instance: LabInstance, vmid: number, perMille: number): Promise<void> {
    const table = lossTable(instance);
    const { port } = machine(instance, vmid).plug;
    const servers = `{ ${instance.apiServers.map(({ address }) => address).join(", ")} }`;
    const rules = [
        ["ingress", `ip daddr ${servers} tcp dport`],
        ["egress", `ip saddr ${servers} tcp sport`],
    ].map(
        ([hook, packets]) =>
            `add chain netdev ${table} ${hook} { type filter hook ${hook} device "${port}" priority 0; }; ` +
            `add rule netdev ${table} ${hook} ${packets} ${API_SERVER_PORT} numgen random mod 1000 < ${perMille} drop`,
    );
    await run("nft", [`add table netdev ${table}; ${rules.join("; ")}`]);
}

/** Nothing is lost any more; also where nothing was. */
export async function loseNothing(instance: LabInstance): Promise<void> {
    await succeeds("nft", [`delete table netdev ${lossTable(instance)}`]);
}

const loss = (name: string, perMille: number): BenchEvent => ({
    name,
    prepare: ({ instance, holder }) =>
        Promise.resolve({
            patienceMs: PATIENCE_MS,
            steps: [
                {
                    measure: name,
                    act: async () => {
                        await lose(instance, holder.id, perMille);
                        await sleep(LOSS_MS);
                        await loseNothing(instance);
                    },
                    atLeastMs: AT_ONCE_MS,
                },
            ],
            restore: () => loseNothing(instance),
        }),
});

export const lossHalf = loss("loss-0.5", 5);
export const lossTwo = loss("loss-2", 20);
export const lossFive = loss("loss-5", 50);

/** The rules that have a server's machine refuse, in its own namespace. */
const REFUSAL = "halab_refusal";

async function serversRefuse(instance: LabInstance): Promise<void> {
    const rules =
        `add table inet ${REFUSAL}; add chain inet ${REFUSAL} input { type filter hook input priority 0; }; ` +
        `add rule inet ${REFUSAL} input tcp dport ${API_SERVER_PORT} reject with tcp reset`;
    await Promise.all(
        instance.apiServers.map(({ name }) => inNamespace(plugOf(instance, name).namespace, ["nft", rules])),
    );
}

/** All within some milliseconds: processes that start need longer, each another time. Nothing where none refuses. */
export async function serversBack(instance: LabInstance): Promise<void> {
    await Promise.all(
        instance.apiServers.map(({ name }) =>
            inNamespace(plugOf(instance, name).namespace, [
                "sh",
                "-c",
                `nft delete table inet ${REFUSAL} 2> /dev/null || true`,
            ]),
        ),
    );
}

export const allBack: BenchEvent = {
    name: "all-back",
    prepare: ({ instance }) =>
        Promise.resolve({
            steps: [
                {
                    measure: "all-back",
                    before: async () => {
                        await serversRefuse(instance);
                        await sleep(AWAY_MS);
                    },
                    act: () => serversBack(instance),
                    atLeastMs: AT_ONCE_MS,
                },
            ],
            restore: () => serversBack(instance),
        }),
};
