/** What a second family and a second VIP cost a deployment that has nothing to do: the same two hosts, in turn. */
import { spreadInSeconds } from "../../../shared/report/duration";
import { ratios, spread } from "../../../shared/report/statistics";
import { markdownTable } from "../../../shared/report/table";
import { say } from "../../../tools/progress";
import { address6Of, type LabInstance } from "../../lab/instance";
import { API_SERVER_PORT } from "../../lab/apiserver/apiServers";
import { benchmark, repeated, rounds } from "../benchmark";
import { type BenchMachine, benchMachines, benchVip, startMachines, stopMachines } from "../support/machines";
import { BenchStack, type StackConfig, stackOn } from "../support/stack";

type Kind = "one VIP" | "dual stack" | "dual stack and a second VIP";

/** Milliseconds, run by run. */
type Measured = Record<Kind, { unchanged: number[]; preview: number[] }>;

export const vips = benchmark({
    title: "an unchanged deployment with one VIP, with one of each family, and with two",
    options: repeated(7),
    measure: (instance, { runs }) => measure(instance, runs),
    table,
});

function configurations(instance: LabInstance, machines: BenchMachine[]): Record<Kind, StackConfig> {
    const one = stackOn(instance, machines);
    const dual = {
        ...one,
        vip6: `${address6Of(instance, benchVip(instance))}/64`,
        hosts: machines.map(({ name, address }) => ({ name, address, address6: address6Of(instance, address) })),
    };
    const other = { name: "other", vip: "other", port: API_SERVER_PORT, backends: one["apiServers"] };
    return {
        "one VIP": one,
        "dual stack": dual,
        "dual stack and a second VIP": {
            ...dual,
            listenOn: "vip",
            vrrp: { preempt: true },
            vips: [{ name: "other", address: `${instance.subnet}.98/24`, prefers: machines[1]!.name }],
            listeners: [other],
        },
    };
}

async function measure(instance: LabInstance, runs: number): Promise<Measured> {
    const machines = benchMachines(instance, 2);
    const stack = new BenchStack(instance, "vips");
    const all = Object.entries(configurations(instance, machines)) as [Kind, StackConfig][];
    const measured = Object.fromEntries(
        all.map(([kind]) => [kind, { unchanged: [], preview: [] }]),
    ) as unknown as Measured;
    try {
        await stopMachines(instance, machines);
        await startMachines(instance, machines, { families: "both" });
        await stack.create(all[0]![1]);
        for (const run of rounds(runs)) {
            for (const [kind, config] of all) {
                await stack.configure(config);
                await stack.up();
                measured[kind].unchanged.push((await stack.up()).took);
                measured[kind].preview.push((await stack.preview()).took);
            }
            const words = all.map(([kind]) => `${kind} ${(measured[kind].unchanged.at(-1)! / 1000).toFixed(2)} s`);
            say(`  run ${run}, unchanged: ${words.join(", ")}`);
        }
    } finally {
        await stack.forget();
        await stopMachines(instance, machines);
    }
    return measured;
}

function table(measured: Measured): string {
    const { "one VIP": one } = measured;
    const share = (times: number[], by: number[]): string => {
        const { median, min, max } = spread(ratios(times, by));
        return `${median.toFixed(2)} (${min.toFixed(2)} - ${max.toFixed(2)})`;
    };
    return markdownTable(
        ["two hosts", "unchanged `up`", "of one VIP", "`preview`", "of one VIP"],
        Object.entries(measured).map(([kind, { unchanged, preview }]) => [
            kind,
            spreadInSeconds(unchanged),
            share(unchanged, one.unchanged),
            spreadInSeconds(preview),
            share(preview, one.preview),
        ]),
    );
}
