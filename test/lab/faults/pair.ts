/** A pair of machines that something happens to, and what must be so while it lasts and when it is over. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { enter } from "../../../proving-ground/lab/enter";
import { machine as placeOf } from "../../../proving-ground/lab/hypervisor/machine";
import { nspawnHypervisor } from "../../../proving-ground/lab/hypervisor/nspawn";
import { loseNothing } from "../../../proving-ground/lab/network/loss";
import { setCable } from "../../../proving-ground/lab/network/namespace";
import { record, type Row } from "../../faults/table";
import { answers, needsLab } from "../machines/support";
import {
    answerTo,
    type ExistingMachine,
    existingMachines,
    instance,
    powerOn,
    Stack,
    type StackConfig,
    startExistingMachines,
    stopExistingMachines,
    twoExistingMachines,
    vip,
    vipMasters,
    waitForSingleMaster,
} from "../stack/support";

/** Busy as the processors are: what takes longer than this does not come by itself. */
const PATIENCE_MS = 30_000;
/** Between two looks. */
const LOOK_MS = 100;
/** So long one host has it before it is called settled. */
const SETTLED_MS = 500;

export const [rack1, rack2] = existingMachines as [ExistingMachine, ExistingMachine];

/** Nothing that failed or was given up lies about on a host: units, temporary folders, what only a master may have. */
const LEFT_OVER = [
    "systemctl list-units --failed --no-legend --plain | grep -E 'nginx|haproxy|keepalived|ha-api'",
    "ls -d /var/lib/ha-api/run.* 2> /dev/null",
    `ip -4 address show to ${vip} | grep -q . || ip route show table local ${vip}`,
    "ps -eo stat=,comm= | grep -E '^T.*(nginx|haproxy|keepalived|watch)'",
    "true",
].join("; ");

export class Pair {
    readonly stack: Stack;

    constructor(
        name: string,
        readonly base: StackConfig = {},
    ) {
        this.stack = new Stack(name);
    }

    async make(): Promise<void> {
        await startExistingMachines(existingMachines);
        await this.stack.create(this.with({}));
        await this.stack.up();
        await this.atRest();
    }

    async end(): Promise<void> {
        await this.stack.remove();
        await stopExistingMachines(existingMachines);
    }

    with(more: StackConfig): StackConfig {
        return { ...twoExistingMachines(), ...this.base, ...more };
    }

    /** As root, without SSH: also where the network is cut. */
    on(machine: ExistingMachine, script: string): Promise<string> {
        return enter(instance, machine.id, script);
    }

    cable(machine: ExistingMachine, state: "up" | "down"): Promise<void> {
        return setCable(placeOf(instance, machine.id).veth, state);
    }

    powerOff(machine: ExistingMachine): Promise<void> {
        return nspawnHypervisor(instance).stop(machine.id);
    }

    async powerOn(machine: ExistingMachine): Promise<void> {
        await powerOn(machine);
        await answers(machine.address);
    }

    async master(): Promise<ExistingMachine> {
        return byName((await waitForSingleMaster(PATIENCE_MS)).name);
    }

    /** Of the hosts that the network reaches. */
    async masters(reached: ExistingMachine[] = existingMachines): Promise<string[]> {
        const names = reached.map(({ name }) => name);
        return (await vipMasters()).map(({ name }) => name).filter((name) => names.includes(name));
    }

    /**
     * Waits until one of those that can serve holds the VIP for a while, and of the others that the network reaches
     * none; and it answers, where an API server does.
     */
    async settles({ able, reached, answering }: Expected): Promise<void> {
        const names = able.map(({ name }) => name);
        let since = Date.now();
        let last = "";
        await eventually(
            async () => {
                const masters = await this.masters(reached);
                const good =
                    able.length === 0 ? masters.length === 0 : masters.length === 1 && names.includes(masters[0]!);
                if (!good || masters.join() !== last) since = Date.now();
                last = masters.join();
                return good && Date.now() - since >= SETTLED_MS;
            },
            () => `one of [${names.join()}] holds the VIP alone; now: [${last}]`,
        );
        if (able.length > 0 && answering) await this.serves();
    }

    async serves(): Promise<void> {
        let answer = "";
        await eventually(
            async () => (answer = await answerTo(`https://${vip}:6443/readyz`).catch(String)) === "ok",
            () => `the VIP answers; now: ${answer}`,
        );
    }

    /** All is as if nothing had happened. */
    async atRest(): Promise<void> {
        await this.settles({ able: existingMachines, reached: existingMachines, answering: true });
        let problems: string[] = [];
        await eventually(
            async () => (problems = (await this.stack.status()).problems).length === 0,
            () => `the status is healthy; now: ${problems.join(" ")}`,
        );
        for (const machine of existingMachines) {
            let left = "";
            await eventually(
                async () => (left = await this.on(machine, LEFT_OVER)) === "",
                () => `nothing is left on ${machine.name}; now: ${left}`,
            );
        }
    }
}

export interface Tried {
    pair: Pair;
    /** Counts the case, and that it survived where the work comes to its end. */
    survives: (work: () => Promise<unknown>) => Promise<void>;
}

/** For the suite that calls it: a pair that is there for its tests, and the row of the table that they add up to. */
export function triedOn(name: string, row: Pick<Row, "trouble" | "as">, base: StackConfig = {}): Tried {
    const pair = new Pair(name, base);
    const counted = { cases: 0, survived: 0 };
    before(async function () {
        this.timeout(600_000);
        await needsLab(this);
        await pair.make();
    });
    after(async () => {
        await loseNothing(instance);
        await record({ ...row, ...counted });
        await pair.end();
    });
    return {
        pair,
        survives: async (work) => {
            counted.cases++;
            await work();
            counted.survived++;
        },
    };
}

export interface Expected {
    /** Hosts that can hold the VIP and serve. */
    able: ExistingMachine[];
    /** Hosts that the network reaches. */
    reached: ExistingMachine[];
    /** Whether an API server answers. */
    answering: boolean;
}

export const otherThan = (machine: ExistingMachine): ExistingMachine => (machine === rack1 ? rack2 : rack1);

export function byName(name: string): ExistingMachine {
    return existingMachines.find((machine) => machine.name === name)!;
}

/** Fails with these words where it does not come to be. */
export async function eventually(
    holds: () => Promise<boolean>,
    what: () => string,
    patienceMs = PATIENCE_MS,
): Promise<void> {
    const deadline = Date.now() + patienceMs;
    while (!(await holds())) {
        assert.ok(Date.now() < deadline, `not so after ${patienceMs / 1000} s: ${what()}`);
        await sleep(LOOK_MS);
    }
}
