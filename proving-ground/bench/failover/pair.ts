/** What state a pair is in, and when it is fit for a fault. */
import { setTimeout as sleep } from "node:timers/promises";
import { nspawnHypervisor } from "../../lab/hypervisor/nspawn";
import type { LabInstance } from "../../lab/instance";
import { fileOf, processesOf } from "../../lab/enter";
import { asking, type Ask } from "./monitor";
import type { Machine, Pair } from "./setups/setUp";

/**
 * A pair is at rest when one host has held the VIP for so long, in milliseconds; that it had time to change its mind is
 * the set-up's restMs.
 */
const AT_REST_MS = 300;

/** Machines whose interface has the VIP: one, when all is healthy. */
export async function mastersOf<M extends Pick<Machine, "id">>(
    instance: LabInstance,
    { vip, machines }: { vip: string; machines: readonly M[] },
): Promise<M[]> {
    const held = await Promise.all(
        machines.map(async ({ id }) => {
            const interfaces = await nspawnHypervisor(instance)
                .interfaces(id)
                .catch(() => []);
            return interfaces.flatMap(({ addresses }) => addresses).some(({ address }) => address === vip);
        }),
    );
    return machines.filter((_, index) => held[index]);
}

/**
 * Waits until the pair is as its configuration wants it: both hosts complete, one master, every API server in rotation.
 * Says what is missing if not.
 */
export async function atRest(instance: LabInstance, pair: Pair, timeoutMs = 30_000): Promise<Machine> {
    const deadline = Date.now() + timeoutMs;
    const ask = await asking(instance, pair.vip, 1000);
    let before = "";
    let since = Date.now();
    for (;;) {
        const masters = await mastersOf(instance, pair);
        const names = masters.map(({ name }) => name).join(" and ");
        if (names !== before || masters.length !== 1) since = Date.now();
        before = names;
        let lacking = (await Promise.all(pair.machines.map((machine) => lacks(instance, pair, machine))))
            .flat()
            .join("; ");
        if (masters.length === 1 && lacking === "" && Date.now() - since >= AT_REST_MS) {
            const seen = await serversBehind(ask);
            if (seen.size >= instance.apiServers.length) return masters[0]!;
            lacking = `only ${[...seen].sort().join(" and ") || "no server"} answers at ${pair.vip}`;
        }
        if (Date.now() > deadline)
            throw new Error(
                `${pair.setUp.name} is not at rest: VIP held by ` +
                    `${names || "no host"}${lacking === "" ? "" : `; ${lacking}`}`,
            );
        await sleep(100);
    }
}

/** What a host should have and has not. */
async function lacks(instance: LabInstance, { setUp }: Pair, { id, name }: Machine): Promise<string[]> {
    const missing: string[] = [];
    for (const daemon of [setUp.proxy, "keepalived"])
        if ((await processesOf(instance, id, daemon)).length === 0) missing.push(`${name} has no ${daemon}`);
    // Our hosts write it; a host in FAULT is not a second host.
    const state = (await fileOf(instance, id, "/run/ha-api/vrrp/kube_api"))?.trim();
    if (setUp.goals !== undefined && !/MASTER|BACKUP/.test(state ?? ""))
        missing.push(`${name} is in VRRP state ${state ?? "unknown"}`);
    return missing;
}

/**
 * Names of the API servers that answer; after twenty answers without a new one there is none, give or take one chance
 * in three thousand.
 */
async function serversBehind(ask: Ask): Promise<Set<string>> {
    const seen = new Set<string>();
    for (let sameAgain = 0; sameAgain < 20 && seen.size < 3;) {
        const name = await ask();
        if (name === undefined) return seen;
        sameAgain = seen.has(name) ? sameAgain + 1 : 0;
        seen.add(name);
    }
    return seen;
}
