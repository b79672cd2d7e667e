/** How times, state and memory grow with hosts, listeners and backends: the real engine on real machines of the lab. */
import type { LabInstance } from "../../lab/instance";
import { say } from "../../tools/progress";
import { part } from "../part";
import { rounds } from "../shared/rounds";
import { benchMachines, renewMachines, stopMachines, type BenchMachine } from "../shared/machines";
import { watchProgramMemory } from "../shared/memory";
import { BenchStack } from "../shared/stack";
import type { TimedOptions, Timed } from "../shared/timed";
import { configOf, type Dimension, nameOf, type Point, pointsOf } from "./points";
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

export const hosts = growth("hosts");
export const services = growth("listeners", "backends");

function growth(...dimensions: Dimension[]) {
    return part({
        about: `times, state and memory with more ${dimensions.join(" and ")}`, runs: 3, measure: (instance, runs) => measure(instance, runs, pointsOf(dimensions)),
        table: (measured) => table(measured, dimensions), plots: (measured) => plots(measured, dimensions),
    });
}

async function measure(instance: LabInstance, runs: number, points: Point[]): Promise<Measured[]> {
    const measured = points.map((point): Measured => ({ point, preview: [], unchanged: [], change: [], state: 0, memory: [] }));
    const counts = [...new Set(points.map((point) => point.hosts))];
    const all = benchMachines(instance, counts.reduce((sum, count) => sum + count));
    const sites = new Map<number, SiteOf>();
    try {
        await renewMachines(instance, all);
        let next = 0;
        for (const [index, count] of counts.entries()) {
            const site = { stack: new BenchStack(instance, `growth-${count}`), machines: all.slice(next, next += count), vip: `${instance.subnet}.${99 - index}` };
            sites.set(count, site);
            await site.stack.create(configOf(instance, site.machines, site.vip, points[0]!, false));
            await site.stack.up();
        }
        for (const run of rounds(runs)) {
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
