/**
 * What may happen next to a pair at work: a change, a fault, a recovery, and what somebody does by hand. Each step
 * knows what it does to the model, and does it to the machines.
 */
import assert from "node:assert/strict";
import fc from "fast-check";
import { NOT_READY, setFault, startApiServer, stopApiServer } from "../../../proving-ground/lab/apiserver/apiServers";
import type { Fault } from "../../../proving-ground/lab/apiserver/server";
import { type ExistingMachine, existingMachines, instance, type StackConfig } from "../stack/support";
import { freeze } from "./disturbances";
import { interruptedUp } from "./interruptedUp";
import type { Expected, Pair } from "./pair";

/** Settings that may be changed at any time; each differs from the others in files of both daemons, or in one's. */
const SETTINGS: StackConfig[] = [
    {},
    { vrrp: { advertisementInterval: 0.2 } },
    { vrrp: { switchover: "immediate" } },
    { vrrp: { preempt: true } },
    { balancing: { healthCheck: { interval: 1 } } },
    { balancing: { method: "roundRobin" } },
    { listenOn: "vip" },
    { allowedClients: [`${instance.subnet}.0/24`] },
];

/** What no daemon takes. */
const REFUSED: StackConfig = { nginx: { extraConfiguration: "no_such_directive on;" } };

interface HostState {
    on: boolean;
    cabled: boolean;
    /** Daemons that somebody has stopped. */
    stopped: Set<string>;
}

/** Where everything is, as far as it was brought there on purpose. */
export class Model {
    readonly hosts = new Map<ExistingMachine, HostState>(
        existingMachines.map((machine) => [machine, { on: true, cabled: true, stopped: new Set<string>() }]),
    );
    readonly serversDown = new Set<string>();
    /** Both hosts have the setting, as far as is known: the last `up` came to its end. */
    finished = true;
    setting: StackConfig = {};

    of(machine: ExistingMachine): HostState {
        return this.hosts.get(machine)!;
    }

    get able(): ExistingMachine[] {
        return this.reached.filter((machine) => this.of(machine).stopped.size === 0);
    }

    get reached(): ExistingMachine[] {
        return existingMachines.filter((machine) => {
            const { on, cabled } = this.of(machine);
            return on && cabled;
        });
    }

    get reachesAll(): boolean {
        return this.reached.length === existingMachines.length;
    }

    get expected(): Expected {
        const { able, reached } = this;
        return { able, reached, answering: this.serversDown.size < instance.apiServers.length };
    }
}

export interface Step {
    /** For people, and for the case that is kept. */
    name: string;
    run: (model: Model, pair: Pair) => Promise<unknown>;
}

/** What a failing history shrinks to. */
const NOTHING: Step = { name: "nothing", run: () => Promise.resolve() };

const onEach = <T>(of: readonly T[], step: (machine: ExistingMachine, what: T) => Step): Step[] =>
    existingMachines.flatMap((machine) => of.map((what) => step(machine, what)));

/** Cuts the network, and plugs the cable in again. */
const cables = existingMachines.map((machine): Step => ({
    name: `the cable of ${machine.name}`,
    run: async (model, pair) => {
        const state = model.of(machine);
        if (!state.on) return;
        state.cabled = !state.cabled;
        await pair.cable(machine, state.cabled ? "up" : "down");
    },
}));

/** Cuts the power, and gives it back; with it comes the cable. */
const powers = existingMachines.map((machine): Step => ({
    name: `the power of ${machine.name}`,
    run: async (model, pair) => {
        const state = model.of(machine);
        state.on = !state.on;
        if (!state.on) return pair.powerOff(machine);
        await pair.powerOn(machine);
        Object.assign(state, { cabled: true, stopped: new Set() });
    },
}));

/** What a cut-off run left running on the host would start the daemon again, or take the order back. */
const NO_STEP_RUNS = "flock --wait 60 /var/lib/ha-api/lock true";

const daemons = onEach(["nginx", "keepalived"], (machine, daemon): Step => ({
    name: `${daemon} of ${machine.name}, stopped or started`,
    run: async (model, pair) => {
        const { on, stopped } = model.of(machine);
        if (!on) return;
        const starts = stopped.delete(daemon);
        if (!starts) stopped.add(daemon);
        await pair.on(machine, `${NO_STEP_RUNS}; systemctl ${starts ? "start" : "stop"} ${daemon}`);
    },
}));

const FAULTY: Record<string, Fault> = { hung: { hang: true }, "not ready": NOT_READY };

const servers = instance.apiServers.flatMap(({ name }) =>
    ["killed", ...Object.keys(FAULTY)].map((how): Step => ({
        name: `the API server ${name}, ${how} or well again`,
        run: async (model) => {
            if (model.serversDown.delete(name)) return restoreServer(name);
            model.serversDown.add(name);
            await (how === "killed" ? stopApiServer(instance, name) : setFault(instance, name, FAULTY[how]!));
        },
    })),
);

/** What is over by itself. */
const PASSING: Record<string, string> = {
    "nginx killed": "pkill -KILL -x nginx",
    "keepalived killed": "pkill -KILL -x keepalived",
    "the watcher killed": "systemctl kill --signal=KILL ha-api-watcher",
    "nginx reloaded": "systemctl reload nginx",
    "keepalived reloaded": "systemctl reload keepalived",
    "nft flush ruleset": "nft flush ruleset",
    "/run/ha-api removed": "rm -rf /run/ha-api",
    "systemd-networkd restarted": "systemctl restart systemd-networkd",
    "the VIP handed over": "/usr/local/libexec/ha-api/switchover",
};

const passing = onEach(Object.keys(PASSING), (machine, what): Step => ({
    name: `${what} on ${machine.name}`,
    run: async (model, pair) => {
        const { on, stopped } = model.of(machine);
        // A daemon that somebody stopped is not there to be told something.
        if (on && stopped.size === 0) await pair.on(machine, `${PASSING[what]!} || true`);
    },
}));

const freezes = onEach([200, 1000, 3000], (machine, ms): Step => ({
    name: `${machine.name} frozen for ${ms} ms`,
    run: async (model) => {
        if (model.of(machine).on) await freeze(machine, ms);
    },
}));

const changes = SETTINGS.map((setting): Step => ({
    name: `up with ${JSON.stringify(setting)}`,
    run: async (model, pair) => {
        await mend(model, pair);
        await deploy(model, pair, setting);
    },
}));

/** While a daemon or a server is broken: it may fail, and takes nothing away from what serves. */
const changesOfTheSick = SETTINGS.map((setting): Step => ({
    name: `up with ${JSON.stringify(setting)}, whatever is broken`,
    run: async (model, pair) => {
        // Machines that are off are waited for, for minutes.
        if (!model.reachesAll) return;
        await configure(model, pair, setting);
        model.finished = false;
        await pair.stack.pulumi("up", "--yes", "--skip-preview");
        // What it started, and what it did not come to.
        await startAll(model, pair);
    },
}));

const refused: Step = {
    name: "up with a directive that nginx does not know",
    run: async (model, pair) => {
        await mend(model, pair);
        await pair.stack.configure(pair.with({ ...model.setting, ...REFUSED }));
        const { status, output } = await pair.stack.pulumi("up", "--yes", "--skip-preview");
        assert.notEqual(status, 0, output);
        assert.match(output, /no_such_directive/);
        await configure(model, pair, model.setting);
    },
};

/** Control-C, or the end of the machine that Pulumi runs on, at any moment. */
const interruptions = SETTINGS.flatMap((setting) =>
    [500, 1500, 2200, 2900, 3600, 4500].flatMap((ms) =>
        (["SIGINT", "SIGKILL"] as const).map((signal): Step => ({
            name: `up with ${JSON.stringify(setting)}, ${signal} after ${ms} ms`,
            run: async (model, pair) => {
                await mend(model, pair);
                await configure(model, pair, setting);
                model.finished = false;
                await interruptedUp(pair.stack, signal, ms);
            },
        })),
    ),
);

const destroyed: Step = {
    name: "destroy, and up from nothing",
    run: async (model, pair) => {
        await mend(model, pair);
        await pair.stack.must("destroy", "--yes", "--skip-preview");
        await pair.settles({ able: [], reached: model.reached, answering: false });
        await deploy(model, pair, model.setting);
    },
};

const drills = ["switchover", "proxy-killed", "keepalived-killed", "api-server-hung"].map((fault): Step => ({
    name: `a drill: ${fault}`,
    run: async (model, pair) => {
        // It leaves a set-up alone that is not healthy.
        if (!model.finished) return;
        await mend(model, pair);
        await pair.settles(model.expected);
        const { status, output } = await pair.stack.command("drill", "--yes", "--fault", fault, "--hold", "2");
        assert.equal(status, 0, output);
    },
}));

/** How often each kind is taken. */
const KINDS: [weight: number, steps: Step[]][] = [
    [1, [NOTHING]],
    [10, cables],
    [5, powers],
    [12, daemons],
    [14, servers],
    [24, passing],
    [6, freezes],
    [12, changes],
    [3, changesOfTheSick],
    [3, [refused]],
    [5, interruptions],
    [1, [destroyed]],
    [2, drills],
];

export const anyStep: fc.Arbitrary<Step> = fc.oneof(
    { withCrossShrink: true },
    ...KINDS.map(([weight, steps]) => ({ weight, arbitrary: fc.constantFrom(...steps) })),
);

/** For a history that is told by the names of its steps. */
export function stepNamed(name: string): Step {
    const found = KINDS.flatMap(([, steps]) => steps).find((step) => step.name === name);
    assert.ok(found !== undefined, `there is no step "${name}"`);
    return found;
}

/** Brings back all that is broken on purpose, and has `up` finish. */
export async function recover(model: Model, pair: Pair): Promise<void> {
    await mend(model, pair);
    await deploy(model, pair, model.setting);
}

/** What an operator sees to before he changes something. */
async function mend(model: Model, pair: Pair): Promise<void> {
    for (const [machine, state] of model.hosts) {
        if (!state.on) await pair.powerOn(machine);
        else if (!state.cabled) await pair.cable(machine, "up");
        Object.assign(state, { on: true, cabled: true });
    }
    await startAll(model, pair);
    for (const name of model.serversDown) await restoreServer(name);
    model.serversDown.clear();
}

async function restoreServer(name: string): Promise<void> {
    await startApiServer(instance, name);
    await setFault(instance, name, {});
}

async function configure(model: Model, pair: Pair, setting: StackConfig): Promise<void> {
    model.setting = setting;
    await pair.stack.configure(pair.with(setting));
}

async function deploy(model: Model, pair: Pair, setting: StackConfig): Promise<void> {
    await configure(model, pair, setting);
    await pair.stack.up();
    model.finished = true;
    for (const { stopped } of model.hosts.values()) stopped.clear();
}

async function startAll(model: Model, pair: Pair): Promise<void> {
    for (const [machine, { on, stopped }] of model.hosts) {
        if (on) for (const daemon of stopped) await pair.on(machine, `systemctl start ${daemon}`);
        if (on) stopped.clear();
    }
}
