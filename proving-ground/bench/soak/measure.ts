/** Hours of failovers, one a minute, with thousands of watches and changing API servers. */
import { setTimeout as sleep } from "node:timers/promises";
import { say } from "../../../tools/progress";
import { UserError } from "../../../tools/run";
import type { LabInstance } from "../../lab/instance";
import { startWatchServers, stopBackends, WATCH_PORT } from "../dataPath/backends";
import { WatchClient } from "../dataPath/watches";
import {
    type BenchMachine,
    benchMachines,
    benchVip,
    onMachine,
    renewMachines,
    stopMachines,
} from "../support/machines";
import { mastersOf } from "../failover/pair";
import { BenchStack, type StackConfig, stackOn } from "../support/stack";
import { type Sample, sampleOf } from "./sample";

/** Where watches come in: without TLS, which at layer 4 makes no difference to the proxy. */
const WATCHES_PORT = 8080;
const MINUTE_MS = 60_000;
/** From an event until what it cost is over: watches are open again, old workers have ended. */
const SETTLED_MS = 35_000;

export interface Soaked {
    minutes: number;
    /** Watches that were held before each event, and after it. */
    watches: { event: string; before: number; after: number }[];
    /** Of both hosts, before the first event with all watches. */
    first: Sample[];
    /** Of both hosts, each minute. */
    samples: Sample[][];
    /** Of both hosts, when all watches had ended. */
    last: Sample[];
}

interface Options extends Record<string, unknown> {
    duration: number;
    watches: number;
}

/** Every fifth minute API servers are replaced by `pulumi up`; otherwise the VIP moves, in one way or the other. */
const EVENTS = ["switchover", "proxy killed", "keepalived killed", "switchover", "API servers replaced"] as const;

const SCRIPTS: Record<string, string> = {
    switchover: "sudo /usr/local/libexec/ha-api/switchover",
    "proxy killed": "sudo pkill -KILL -x nginx",
    "keepalived killed": "sudo pkill -KILL -x keepalived",
};

export async function measureSoak(
    instance: LabInstance,
    { duration, watches: wanted }: Options,
    save: (soFar: Soaked) => Promise<void>,
): Promise<Soaked> {
    const machines = benchMachines(instance, 2);
    const stack = new BenchStack(instance, "soak");
    const vip = benchVip(instance);
    const servers = instance.apiServers.map(({ address }) => address);
    const configOf = (apiServers: string[]): StackConfig => ({
        ...stackOn(instance, machines),
        apiServers,
        listeners: [{ name: "watches", port: WATCHES_PORT, backends: servers, backendPort: WATCH_PORT }],
    });
    const client = new WatchClient(instance, vip, WATCHES_PORT);
    const sample = (): Promise<Sample[]> => Promise.all(machines.map((machine) => sampleOf(instance, machine, vip)));
    try {
        await renewMachines(instance, machines);
        await startWatchServers(instance);
        await stack.create(configOf(servers));
        await stack.up();
        await client.open(wanted);
        const first = await sample();
        const soaked: Soaked = { minutes: 0, watches: [], first, samples: [], last: [] };
        for (let minute = 0; minute < duration; minute++) {
            const next = Date.now() + MINUTE_MS;
            const before = await client.count();
            const event = EVENTS[minute % EVENTS.length]!;
            if (event === "API servers replaced") {
                await stack.configure(configOf(minute % 2 === 0 ? servers.slice(1) : servers));
                await stack.up();
            } else {
                await onMachine(instance, (await masterOf(instance, machines, vip)).address, SCRIPTS[event]!);
            }
            await sleep(3000);
            const after = await client.count();
            await client.open(wanted - after);
            await sleep(SETTLED_MS);
            soaked.samples.push(await sample());
            soaked.watches.push({ event, before, after });
            soaked.minutes++;
            say(
                `  minute ${minute + 1}, ${event}: ${after} of ${before} watches stayed; ${JSON.stringify(soaked.samples.at(-1))}`,
            );
            await save(soaked);
            await sleep(Math.max(0, next - Date.now()));
        }
        client.end();
        await sleep(SETTLED_MS);
        soaked.last = await sample();
        return soaked;
    } finally {
        client.end();
        await stopBackends(instance);
        await stack.forget();
        await stopMachines(instance, machines);
    }
}

async function masterOf(instance: LabInstance, machines: BenchMachine[], vip: string): Promise<BenchMachine> {
    for (let tries = 0; tries < 100; tries++) {
        const [master] = await mastersOf(instance, { vip, machines });
        if (master !== undefined) return master;
        await sleep(100);
    }
    throw new UserError("No host holds the VIP.");
}
