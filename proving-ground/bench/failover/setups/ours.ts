/** The component of this repository, by a real `pulumi up` of the stack program on two machines that exist already. */
import { execFile } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { stringify } from "yaml";
import { labEnvironment } from "../../../lab/environment";
import { address6Of, type LabInstance } from "../../../lab/instance";
import type { Release } from "../../../lab/release";
import { API_SERVER_PORT } from "../../../lab/apiserver/apiServers";
import { keys } from "../../../lab/pki";
import { projectFolder } from "../../../../tools/cache";
import { UserError } from "../../../../tools/run";
import type { Pair, SetUp } from "./setUp";

export interface Ours {
    name: string;
    title: string;
    proxy: SetUp["proxy"];
    release?: Release;
    goals?: SetUp["goals"];
    secondVip?: SetUp["secondVip"];
    /** Milliseconds between VRRP advertisements that the settings lead to. */
    advertisementMs: number;
    /** Milliseconds until a preferred host takes the VIP back. Default: it does not. */
    preemptMs?: number;
    /** Settings of the stack beside addresses and hosts. */
    settings: Record<string, unknown>;
}

export const ours: Ours[] = [
    {
        name: "ours-balanced",
        title: "this project, defaults (nginx)",
        proxy: "nginx",
        goals: "balanced",
        advertisementMs: 100,
        settings: {},
    },
    {
        name: "ours-fast",
        title: "this project, fast",
        proxy: "nginx",
        goals: "fast",
        advertisementMs: 50,
        settings: { vrrp: { profile: "fast" } },
    },
    {
        name: "ours-haproxy",
        title: "this project, HAProxy",
        proxy: "haproxy",
        goals: "balanced",
        advertisementMs: 100,
        settings: { engine: "haproxy" },
    },
    {
        name: "ours-tolerant",
        title: "this project, tolerant",
        proxy: "nginx",
        advertisementMs: 300,
        settings: { vrrp: { profile: "tolerant" } },
    },
];

/** On the release that the guides' set-ups run, and that the figures before 26 November 2026 are of. */
export const ourOlder: Ours = {
    name: "ours-debian-12",
    title: "this project, defaults, on Debian 12",
    proxy: "nginx",
    release: "12",
    goals: "balanced",
    advertisementMs: 100,
    settings: {},
};

/** As it was until nginx stopped to count lost packets (docs/decisions/0023-lost-packets.md). */
export const ourPast: Ours = {
    name: "ours-before",
    title: "this project, nginx counting failures",
    proxy: "nginx",
    goals: "balanced",
    advertisementMs: 100,
    settings: { balancing: { maxFails: 1, failTimeout: 5, connectTimeout: 1 } },
};

/** A VIP of each family, watched by a client of each at once. */
export const ourDualStack: Ours = {
    name: "ours-dual-stack",
    title: "this project, dual stack, IPv4",
    secondVip: { name: "ours-dual-stack-ipv6", title: "the same at the same time, IPv6", kind: "ipv6" },
    proxy: "nginx",
    goals: "balanced",
    advertisementMs: 100,
    settings: {},
};

/** Seconds after which a preferred host takes its VIP back; the default, a minute, would be waited for at each run. */
const PREEMPT_DELAY = 1;

/** Two VIPs, each preferred by another host, as in examples/stacks/api-and-ingress.yaml. */
export const ourCrossed: Ours = {
    name: "ours-two-vips",
    title: "this project, two VIPs, the one whose master it is",
    secondVip: { name: "ours-two-vips-other", title: "the other VIP at the same time", kind: "crossed" },
    proxy: "nginx",
    goals: "balanced",
    advertisementMs: 100,
    preemptMs: 1000 * PREEMPT_DELAY,
    settings: { vrrp: { preempt: true, preemptDelay: PREEMPT_DELAY }, listenOn: "vip" },
};

export function ourSetUp(all: Ours): SetUp {
    const { name, title, proxy, release, goals, secondVip, advertisementMs, preemptMs = 0, settings } = all;
    return {
        name,
        title,
        proxy,
        ...(secondVip === undefined ? {} : { secondVip }),
        ...(goals === undefined ? {} : { goals }),
        ...(release === undefined ? {} : { release }),
        masterDownMs: 3 * advertisementMs + 200 + preemptMs,
        restMs: 2000 + 2 * preemptMs,
        switchover: {
            leave: "/usr/local/libexec/ha-api/switchover --stay",
            comeBack: "/usr/local/libexec/ha-api/switchover --return",
        },
        changes: Object.keys(settings).length === 0 ? [] : [`Settings: ${JSON.stringify(settings)}.`],
        recipe: (instance, pair) => stringify(configuration(instance, pair, settings)),
        install: async (instance, pair) => {
            const file = stackFile(name);
            const environment = { ...(await labEnvironment(instance)), PULUMI_STACK: stackName(name) };
            await pulumi(environment, "stack", "rm", "--yes", "--force").catch(() => undefined);
            await pulumi(environment, "stack", "init", stackName(name));
            const salt = /^encryptionsalt:.*\n/m.exec(await readFile(file, "utf8").catch(() => ""))?.[0] ?? "";
            await writeFile(file, salt + stringify({ config: configuration(instance, pair, settings) }));
            await pulumi(environment, "up", "--yes", "--skip-preview");
        },
    };
}

/** The stack's settings as its configuration file has them. */
function configuration(instance: LabInstance, pair: Pair, settings: Record<string, unknown>): Record<string, unknown> {
    const apiServers = instance.apiServers.map(({ address }) => address);
    const { setUp, secondVip } = pair;
    const [vip6, other] = setUp.secondVip?.kind === "ipv6" ? [secondVip] : [undefined, secondVip];
    const all = {
        vip: `${pair.vip}/24`,
        ...(vip6 === undefined ? {} : { vip6: `${vip6}/64` }),
        apiServers,
        hosts: pair.machines.map(({ name, address }) => ({
            name,
            address,
            ...(vip6 === undefined ? {} : { address6: address6Of(instance, address) }),
        })),
        ssh: { user: "ops", privateKeyFile: keys(instance).sshKey },
        ...(other === undefined ? {} : otherService(other, pair.machines[1].name, apiServers)),
        ...settings,
    };
    return Object.fromEntries(Object.entries(all).map(([key, value]) => [`ha-api:${key}`, value]));
}

/** At a VIP of its own, which the second host is preferred for. */
const otherService = (address: string, prefers: string, backends: string[]): Record<string, unknown> => ({
    vips: [{ name: "other", address: `${address}/24`, prefers, preemptDelay: PREEMPT_DELAY }],
    listeners: [{ name: "other", vip: "other", port: API_SERVER_PORT, backends }],
});

/** Its file is one that git ignores. */
const stackName = (setUp: string): string => `bench-${setUp}`;

const stackFile = (setUp: string): string => join(projectFolder, `Pulumi.${stackName(setUp)}.yaml`);

/** Removes what `install` leaves in the checkout. */
export async function removeStackFiles(): Promise<void> {
    const all = [...ours, ourPast, ourOlder, ourDualStack, ourCrossed];
    for (const { name } of all) await rm(stackFile(name), { force: true });
}

async function pulumi(environment: Record<string, string>, ...args: string[]): Promise<void> {
    try {
        await promisify(execFile)("pulumi", [...args, "--non-interactive", "--color", "never"], {
            cwd: projectFolder,
            env: { ...process.env, ...environment },
            maxBuffer: 64 * 1024 * 1024,
            timeout: 600_000,
        });
    } catch (error) {
        const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
        throw new UserError(`pulumi ${args.join(" ")} failed:\n${stdout}${stderr}`);
    }
}
