/** How times, state and memory grow with hosts, listeners and backends: the real engine on real machines of the lab. */
import type { LabInstance } from "../../lab/instance";
import { say } from "../../tools/progress";
import { part } from "../part";
import { benchMachines, renewMachines, stopMachines, type BenchMachine } from "../shared/machines";
import { watchProgramMemory } from "../shared/memory";
import { BenchStack } from "../shared/stack";
import type { TimedOptions, Timed } from "../shared/timed";
import { allPoints, configOf, nameOf, type Point, sizes } from "./points";
import { table } from "./table";
import { plots } from "./plots";

/** The runs of one point; times in milliseconds. */
export interface Measured {
    point: Point;
    preview: number[];
    unchanged: number[];
    change: number[];
    /** Bytes of the state file. */
    state: number;
    /** MiB resident at most, of the program during `preview`. */
    memory: number[];
}

/** A pair, three, five and eight hosts side by side, each with an address of its own to share. */
interface SiteOf {
    stack: BenchStack;
    machines: BenchMachine[];
    vip: string;
}

export const growth = part({ about: "times, state and memory with more hosts, listeners and backends", runs: 3, measure, table, plots });

async function measure(instance: LabInstance, runs: number): Promise<Measured[]> {
    const measured = allPoints().map((point): Measured => ({ point, preview: [], unchanged: [], change: [], state: 0, memory: [] }));
    const all = benchMachines(instance, sizes.hosts.reduce((sum, hosts) => sum + hosts));
    const sites = new Map<number, SiteOf>();
    try {
        await renewMachines(instance, all);
        let next = 0;
        for (const [index, hosts] of sizes.hosts.entries()) {
            const site = { stack: new BenchStack(instance, `growth-${hosts}`), machines: all.slice(next, next += hosts), vip: `${instance.subnet}.${99 - index}` };
            sites.set(hosts, site);
            await site.stack.create(configOf(instance, site.machines, site.vip, { hosts, listeners: 1, backends: 3 }, false));
            await site.stack.up();
        }
        for (let run = 1; run <= runs; run++) {
            for (const each of measured) await once(instance, sites.get(each.point.hosts)!, each, run);
        }
    } finally {
        for (const { stack } of sites.values()) await stack.forget();
        await stopMachines(instance, all);
    }
    return measured;
}

/** Brings the hosts to the point first; what is measured begins and ends there. */
async function once(instance: LabInstance, { stack, machines, vip }: SiteOf, into: Measured, run: number): Promise<void> {
    await stack.configure(configOf(instance, machines, vip, into.point, true));
    await stack.up();
    await stack.configure(configOf(instance, machines, vip, into.point, false));
    const change = (await stack.up()).took;
    const unchanged = (await stack.up()).took;
    const { timed: preview, memory } = await withMemory((options) => stack.preview(options));
    into.change.push(change);
    into.unchanged.push(unchanged);
    into.preview.push(preview.took);
    into.memory.push(memory);
    into.state = (await stack.stateFile()).length;
    const seconds = [change, unchanged, preview.took].map((took) => (took / 1000).toFixed(1));
    say(`  run ${run}, ${nameOf(into.point)}: change ${seconds[0]} s, unchanged ${seconds[1]} s, preview ${seconds[2]} s, ${memory.toFixed(0)} MiB, state ${into.state} bytes`);
}

async function withMemory(work: (options: TimedOptions) => Promise<Timed>): Promise<{ timed: Timed; memory: number }> {
    let watcher: ReturnType<typeof watchProgramMemory> | undefined;
    const timed = await work({ started: (pid) => { watcher = watchProgramMemory(pid); } });
    return { timed, memory: (await watcher?.stop()) ?? 0 };
}
