/** `pulumi up` of two hosts against an Ansible playbook that does the same on the same machines, in turn. */
import { seconds } from "../../../shared/report/duration";
import { say } from "../../../tools/progress";
import { UserError } from "../../../tools/run";
import type { LabInstance } from "../../lab/instance";
import { type BenchMachine, benchMachines, renewMachines, stopMachines } from "../support/machines";
import { rounds } from "../benchmark";
import { BenchStack, type StackConfig, stackOn } from "../support/stack";
import { type Files, Playbook, type Ran } from "./ansible";

/** Milliseconds, run by run; `packages` is what of it packages took. */
export interface Fresh {
    ours: { took: number; packages: number }[];
    ansible: { took: number; packages: number }[];
    pipelining: { took: number; packages: number }[];
}

export type Side = "ours" | "ansible" | "pipelining";

export type Changes = Record<"unchanged" | "oneLine", Record<Side, number[]>>;

interface Site {
    machines: BenchMachine[];
    stack: BenchStack;
    config: StackConfig;
    /** The same with one line less. */
    changed: StackConfig;
    playbook: Playbook;
    changedPlaybook: Playbook;
}

export async function fresh(instance: LabInstance, runs: number): Promise<Fresh> {
    return atSite(instance, async ({ machines, stack, config, playbook }) => {
        const result: Fresh = { ours: [], ansible: [], pipelining: [] };
        for (const run of rounds(runs)) {
            await renewMachines(instance, machines);
            await stack.create(config);
            const { took } = await stack.up();
            result.ours.push({
                took,
                packages: packageStep(JSON.parse((await stack.stateFile()).toString()) as State),
            });
            for (const [side, pipelining] of [
                ["ansible", false],
                ["pipelining", true],
            ] as const) {
                await renewMachines(instance, machines);
                const { took: ansible, packages } = await playbook.run(pipelining);
                result[side].push({ took: ansible, packages });
            }
            const words = (["ours", "ansible", "pipelining"] as const).map(
                (side) =>
                    `${side} ${seconds(result[side].at(-1)!.took)} (packages ` +
                    `${seconds(result[side].at(-1)!.packages)})`,
            );
            say(`  run ${run}: ${words.join(", ")}`);
        }
        return result;
    });
}

export async function change(instance: LabInstance, runs: number): Promise<Changes> {
    return atSite(instance, async ({ stack, config, changed, playbook, changedPlaybook }) => {
        const none = (): Record<Side, number[]> => ({ ours: [], ansible: [], pipelining: [] });
        const result: Changes = { unchanged: none(), oneLine: none() };
        // Each change is made where the one before it left the hosts: by three sides, so that each goes there and back
        // in turn.
        let [now, next] = [
            { config, playbook },
            { config: changed, playbook: changedPlaybook },
        ];
        await stack.configure(config);
        await stack.up();
        mustHaveChanged(await playbook.run(true), undefined);
        for (const run of rounds(runs)) {
            result.unchanged.ours.push((await stack.up()).took);
            result.unchanged.ansible.push(mustHaveChanged(await now.playbook.run(false), 0));
            result.unchanged.pipelining.push(mustHaveChanged(await now.playbook.run(true), 0));
            await stack.configure(next.config);
            result.oneLine.ours.push((await stack.up()).took);
            // On each of two hosts the file and the reload by its handler.
            result.oneLine.ansible.push(mustHaveChanged(await now.playbook.run(false), 4));
            result.oneLine.pipelining.push(mustHaveChanged(await next.playbook.run(true), 4));
            [now, next] = [next, now];
            const words = (["ours", "ansible", "pipelining"] as const).map(
                (side) =>
                    `${side} ${seconds(result.unchanged[side].at(-1)!)} and ${seconds(result.oneLine[side].at(-1)!)}`,
            );
            say(`  run ${run}, unchanged and one line: ${words.join(", ")}`);
        }
        return result;
    });
}

/** A run that does other work than it should measures nothing. */
function mustHaveChanged({ took, changed }: Ran, expected: number | undefined): number {
    if (expected !== undefined && changed !== expected)
        throw new UserError(`Ansible changed ${changed} things where ${expected} were expected.`);
    return took;
}

/**
 * Machines set up once, which also fills every cache of both sides; the files that come of it are what Ansible gets.
 */
async function atSite<T>(instance: LabInstance, work: (site: Site) => Promise<T>): Promise<T> {
    const machines = benchMachines(instance, 2);
    const stack = new BenchStack(instance, "deploy");
    const config = stackOn(instance, machines);
    const changed = { ...config, apiServers: instance.apiServers.slice(0, -1).map(({ address }) => address) };
    const playbooks: Playbook[] = [];
    try {
        await renewMachines(instance, machines);
        await stack.create(config);
        for (const each of [config, changed]) {
            await stack.configure(each);
            await stack.up();
            playbooks.push(await Playbook.create(instance, machines, await stack.output<Files>("files")));
        }
        return await work({
            machines,
            stack,
            config,
            changed,
            playbook: playbooks[0]!,
            changedPlaybook: playbooks[1]!,
        });
    } finally {
        for (const playbook of playbooks) await playbook.remove();
        await stack.forget();
        await stopMachines(instance, machines);
    }
}

/** The part of a Pulumi state that tells when each step ended. */
export interface State {
    checkpoint: { latest: { resources?: { urn: string; created?: string }[] } };
}

/**
 * Milliseconds from when the first host could be reached until the last one had its packages: the package steps of
 * hosts run side by side, each directly after its host's first contact.
 */
export function packageStep(state: State): number {
    const ended = (step: string): number[] =>
        (state.checkpoint.latest.resources ?? []).flatMap(({ urn, created }) =>
            urn.endsWith(`-${step}`) && created !== undefined ? [Date.parse(created)] : [],
        );
    return Math.max(...ended("packages")) - Math.min(...ended("ready"));
}
