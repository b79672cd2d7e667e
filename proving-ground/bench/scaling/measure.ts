/** How times, state and memory grow with hosts, listeners and backends: the real engine on real machines of the lab. */
import type { LabInstance } from "../../lab/instance";
import { say } from "../../../tools/progress";
import { rounds } from "../benchmark";
import { benchMachines, renewMachines, stopMachines, type BenchMachine } from "../support/machines";
import { watchProgramMemory } from "../support/timed";
import { BenchStack } from "../support/stack";
import type { TimedOptions, Timed } from "../support/timed";
import { configOf, nameOf, type Point } from "./points";

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

export async function measure(instance: LabInstance, runs: number, points: Point[]): Promise<Measured[]> {
    const measured = points.map((point): Measured => ({
        point,
        preview: [],
        unchanged: [],
        change: [],
        state: 0,
        memory: [],
    }));
    // Hosts are only ever added, because taking them away and setting them up again would take longer than everything
    // else.
    const counts = [...new Set(points.map((point) => point.hosts))].sort((a, b) => a - b);
    const machines = benchMachines(instance, counts.at(-1)!);
    const stack = new BenchStack(instance, "growth");
    try {
        await renewMachines(instance, machines);
        await stack.create(configOf(instance, machines, points[0]!, false));
        for (const count of counts) {
            const inTurn = measured.filter(({ point }) => point.hosts === count);
            for (const run of rounds(runs)) {
                for (const each of inTurn) await once(instance, stack, machines, each, run);
            }
        }
    } finally {
        await stack.forget();
        await stopMachines(instance, machines);
    }
    return measured;
}

/** Brings the hosts to the point first; what is measured begins and ends there. */
async function once(
    instance: LabInstance,
    stack: BenchStack,
    machines: BenchMachine[],
    into: Measured,
    run: number,
): Promise<void> {
    await stack.configure(configOf(instance, machines, into.point, true));
    await stack.up();
    await stack.configure(configOf(instance, machines, into.point, false));
    const change = (await stack.up()).took;
    const unchanged = (await stack.up()).took;
    const { timed: preview, memory } = await withMemory((options) => stack.preview(options));
    into.change.push(change);
    into.unchanged.push(unchanged);
    into.preview.push(preview.took);
    into.memory.push(memory);
    into.state = (await stack.stateFile()).length;
    const seconds = [change, unchanged, preview.took].map((took) => (took / 1000).toFixed(1));
    say(
        `  run ${run}, ${nameOf(into.point)}: change ${seconds[0]} s, unchanged ${seconds[1]} s, preview ` +
            `${seconds[2]} s, ${memory.toFixed(0)} MiB, state ${into.state} bytes`,
    );
}

async function withMemory(work: (options: TimedOptions) => Promise<Timed>): Promise<{ timed: Timed; memory: number }> {
    let watcher: ReturnType<typeof watchProgramMemory> | undefined;
    const timed = await work({
        started: (pid) => {
            watcher = watchProgramMemory(pid);
        },
    });
    return { timed, memory: (await watcher?.stop()) ?? 0 };
}
