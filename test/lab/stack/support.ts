/** A stack in the lab "test", driven by the real engine as a user would drive it. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { parse, stringify } from "yaml";
import type { Status } from "../../../cli/status";
import { watching } from "../../../proving-ground/lab/client/watching";
import { type Summary, summarise } from "../../../shared/probe/observations";
import { type Environment, labEnvironment } from "../../../proving-ground/lab/environment";
import type { ExistingMachineOptions } from "../../../proving-ground/lab/existingMachines";
import { readHosts, type LabHost } from "../../../proving-ground/lab/hosts";
import { address6Of } from "../../../proving-ground/lab/instance";
import { inNamespace } from "../../../proving-ground/lab/network/namespace";
import { nspawnHypervisor } from "../../../proving-ground/lab/hypervisor/nspawn";
import { type Release, templates } from "../../../proving-ground/lab/release";
import { answers, instance, mixedPair } from "../machines/support";
import { startExistingMachine, startLab, stopExistingMachine } from "../../../proving-ground/lab/lifecycle";
import { keys } from "../../../proving-ground/lab/pki";
import { sshArguments } from "../../../proving-ground/lab/ssh";
import { projectFolder } from "../../../tools/cache";

export { instance };
export const address = (octet: number): string => `${instance.subnet}.${octet}`;
/** The same of IPv6. */
export const address6 = (octet: number): string => address6Of(instance, address(octet));
export const vip = address(100);

/** Configuration of a stack, without the project's prefix. */
export type StackConfig = Record<string, unknown>;

export const virtualMachines = {
    template: { vmId: 9000, node: "pve1" },
    gateway: instance.gateway,
    nameservers: [instance.gateway],
};

/**
 * A stack file of examples/stacks in this lab: the example's networks 10.30.100.0/24 and 2001:db8:30:100::/64 become
 * the lab's, where the last octets mean the same, its domain the lab's, and what is particular to a site (the Proxmox
 * endpoint) is left to the lab.
 */
export function exampleStack(name: string): StackConfig {
    const text = readFileSync(join(projectFolder, "examples", "stacks", `${name}.yaml`), "utf8");
    const { config } = parse(
        text
            .replaceAll("10.30.100.", `${instance.subnet}.`)
            .replaceAll("2001:db8:30:100:", `${instance.subnet6}:`)
            .replaceAll("example.com", instance.domain),
    ) as { config: StackConfig };
    const { "ha-api:proxmox": _site, "ha-api:ssh": _key, ...rest } = config;
    return Object.fromEntries(Object.entries(rest).map(([key, value]) => [key.replace(/^ha-api:/, ""), value]));
}

/**
 * The example of two VMs on two nodes, with the name server of the lab, and VM ids that do not depend on what is there.
 */
export function twoVirtualMachines(): StackConfig {
    const example = exampleStack("two-hosts") as { hosts: { virtualMachine: object }[]; virtualMachines: object };
    return {
        ...example,
        hosts: example.hosts.map((host, index) => ({
            ...host,
            virtualMachine: { ...host.virtualMachine, vmId: 101 + index },
        })),
        virtualMachines: { ...example.virtualMachines, ...virtualMachines },
    };
}

/** The same, cloned from the lab's two templates: of both Debian releases, where the tests are not told to run one. */
export function mixedVirtualMachines(): StackConfig {
    const both = twoVirtualMachines() as { hosts: { virtualMachine: object }[] };
    const [first, second] = templates(mixedPair[0]);
    const template = { vmId: (mixedPair[0] === mixedPair[1] ? first! : second!).vmId, node: "pve1" };
    return {
        ...both,
        hosts: both.hosts.map((host, index) =>
            index === 0 ? host : { ...host, virtualMachine: { ...host.virtualMachine, template } },
        ),
    };
}

/** An example of VMs in this lab, with both Debian releases and VM ids as those have them. */
export function mixedExample(name: string): StackConfig {
    const both = mixedVirtualMachines() as { hosts: { virtualMachine: object }[] };
    const example = exampleStack(name) as { hosts: object[]; virtualMachines: object };
    return {
        ...example,
        hosts: example.hosts.map((host, index) => ({
            ...host,
            virtualMachine: { ...both.hosts[index]!.virtualMachine, ...virtualMachines },
        })),
    };
}

/** A machine that was there before: nothing the Proxmox API knows about. */
export interface ExistingMachine {
    id: number;
    name: string;
    address: string;
    /** Default: the lab's. */
    release?: Release;
    needrestart?: boolean;
}

/**
 * A pair of both Debian releases, so that what the daemons make of a configuration is tried on both. On the second,
 * services are restarted after every run of apt that replaces what they use: no step of ours may have that happen.
 */
export const existingMachines: ExistingMachine[] = mixedPair.map((release, index) => ({
    id: 9901 + index,
    name: `rack${index + 1}`,
    address: address(11 + index),
    release,
    needrestart: index === 1,
}));

/** A machine like those, with an address of its own: the n-th is 9900 + n; the releases take turns. */
export const existingMachine = (n: number, octet: number): ExistingMachine => ({
    id: 9900 + n,
    name: `rack${n}`,
    address: address(octet),
    release: mixedPair[(n - 1) % 2]!,
});

/** The same machines, all of the first one's release: for tests of packages that are made for one release. */
export const ofOneRelease = (machines: ExistingMachine[]): ExistingMachine[] =>
    machines.map((machine) => ({ ...machine, release: mixedPair[0] }));

/** Those that were booted last. */
let booted = existingMachines;

/** Newer versions say with status 2 that they are done and have something to remark. */
const CLOUD_INIT_IS_DONE = "cloud-init status --wait > /dev/null || test $? = 2";

/** Boots them, from a clean disk, and waits until they can be logged in to. */
export async function startExistingMachines(
    machines: ExistingMachine[],
    options: ExistingMachineOptions = {},
): Promise<void> {
    booted = machines;
    await startLab(instance);
    await bootClean(machines, options);
}

/** The same in a lab that is up, of machines besides those that may hold the VIP. */
export async function bootClean(machines: ExistingMachine[], options: ExistingMachineOptions): Promise<void> {
    await stopExistingMachines(machines);
    for (const machine of machines) await powerOn(machine, options);
    await Promise.all(machines.map((machine) => answers(machine.address)));
    await Promise.all(machines.map((machine) => onHost(machine.address, CLOUD_INIT_IS_DONE, 180_000)));
}

/** With the disk that it has, or a clean one. */
export function powerOn(machine: ExistingMachine, options: ExistingMachineOptions = {}): Promise<void> {
    const { id, name, address: own, release, needrestart = false } = machine;
    const ofRelease = release === undefined ? {} : { release };
    return startExistingMachine(instance, id, name, own, { ...options, needrestart, ...ofRelease });
}

export async function stopExistingMachines(machines: ExistingMachine[]): Promise<void> {
    for (const { id } of machines) await stopExistingMachine(instance, id);
}

/** Two machines that were there before in front of the lab's API servers. */
export function twoExistingMachines(): StackConfig {
    return {
        vip: `${vip}/24`,
        apiServers: [51, 52, 53].map(address),
        hosts: existingMachines.map((machine) => ({ name: machine.name, address: machine.address })),
    };
}

export interface Result {
    status: number;
    /** Standard output and error together, as a user sees them. */
    output: string;
    stdout: string;
}

/**
 * A Pulumi stack of the project in this checkout, with a configuration file of its own that git ignores. It may be
 * deployed by the program of another folder, such as an earlier version's.
 */
export class Stack {
    /** What `pulumi` and the project's commands need to find the stack. */
    environment: Environment = {};

    constructor(
        readonly name: string,
        private folder = projectFolder,
    ) {
        assert.match(name, /^test-/);
    }

    private get file(): string {
        return join(this.folder, `Pulumi.${this.name}.yaml`);
    }

    /** Goes on with the program of another folder, and the configuration as it is. */
    async deployFrom(folder: string): Promise<void> {
        const before = this.file;
        this.folder = folder;
        await rename(before, this.file).catch(async (error: NodeJS.ErrnoException) => {
            if (error.code !== "EXDEV") throw error;
            await writeFile(this.file, await readFile(before));
            await rm(before);
        });
    }

    async create(config: StackConfig): Promise<void> {
        await startLab(instance);
        this.environment = { ...(await labEnvironment(instance)), PULUMI_STACK: this.name };
        await this.remove();
        await this.must("stack", "init", this.name);
        await this.configure(config);
    }

    async configure(config: StackConfig): Promise<void> {
        const all: StackConfig = {
            ssh: { privateKeyFile: keys(instance).sshKey },
            proxmox: { endpoint: `https://${instance.gateway}:${instance.proxmoxPort}`, insecure: true },
            ...config,
        };
        const salt = /^encryptionsalt:.*\n/m.exec(await readFile(this.file, "utf8").catch(() => ""))?.[0] ?? "";
        await writeFile(
            this.file,
            salt +
                stringify({
                    config: Object.fromEntries(Object.entries(all).map(([key, value]) => [`ha-api:${key}`, value])),
                }),
        );
    }

    /** Runs `pulumi ARGS` as a user would in the project's folder. */
    pulumi(...args: string[]): Promise<Result> {
        return this.run("pulumi", [...args, "--non-interactive", "--color", "never"], {
            cwd: this.folder,
            timeout: 600_000,
        });
    }

    /** Runs one of the project's commands for this stack, as a user would. */
    command(name: string, ...args: string[]): Promise<Result> {
        const whole = ["tools/bootstrap.cjs", name, "--stack", this.name, ...args];
        return this.run(process.execPath, whole, { cwd: projectFolder, timeout: 180_000 });
    }

    /** What `npm run status` says, healthy or not. */
    async status(): Promise<Status> {
        const { status, output } = await this.command("status", "--json");
        assert.ok(status <= 1, output);
        return JSON.parse(output.slice(output.indexOf("{"))) as Status;
    }

    private async run(
        program: string,
        args: string[],
        { cwd, timeout }: { cwd: string; timeout: number },
    ): Promise<Result> {
        const env = { ...process.env, ...this.environment };
        try {
            const { stdout, stderr } = await promisify(execFile)(program, args, {
                cwd,
                env,
                timeout,
                maxBuffer: 64 * 1024 * 1024,
            });
            return { status: 0, output: stdout + stderr, stdout };
        } catch (error) {
            const { code, stdout, stderr } = error as { code?: number; stdout: string; stderr: string };
            return { status: typeof code === "number" ? code : 1, output: stdout + stderr, stdout };
        }
    }

    /** The same, and fails the test when Pulumi fails. */
    async must(...args: string[]): Promise<Result> {
        const result = await this.pulumi(...args);
        assert.equal(result.status, 0, `pulumi ${args.join(" ")}:\n${result.output}`);
        return result;
    }

    up(...args: string[]): Promise<Result> {
        return this.must("up", "--yes", "--skip-preview", ...args);
    }

    async outputs<T>(): Promise<T> {
        return JSON.parse((await this.must("stack", "output", "--json")).stdout) as T;
    }

    /** The deployment's state as it is stored: what is secret is encrypted there. */
    async state(): Promise<string> {
        return (await this.must("stack", "export")).stdout;
    }

    async remove(): Promise<void> {
        await this.pulumi("destroy", "--yes", "--skip-preview", "--refresh");
        await this.pulumi("stack", "rm", "--yes", "--force");
        await rm(this.file, { force: true });
    }
}

/** Runs a command on a host by SSH; fails when it does. */
export async function onHost(host: string, command: string, timeoutMs = 30_000): Promise<string> {
    const { stdout } = await promisify(execFile)("ssh", [...sshArguments(instance, host), command], {
        timeout: timeoutMs,
    });
    return stdout.trim();
}

/**
 * Hosts that hold the VIP, or the one named, now; VMs and machines that were there before alike, but for VMs' IPv6
 * addresses.
 */
export async function vipMasters(held = vip): Promise<LabHost[]> {
    const hosts = await Promise.all([readHosts(instance), ...booted.map(readExistingMachine)]);
    return hosts.flat().filter(({ addresses }) => addresses.includes(held));
}

/** One that does not run holds nothing. */
async function readExistingMachine({ id, name, address: own }: ExistingMachine): Promise<LabHost> {
    const interfaces = await nspawnHypervisor(instance)
        .interfaces(id)
        .catch(() => []);
    const addresses = interfaces.flatMap((each) => each.addresses).map((each) => each.address);
    return { name, vmId: id, node: "", running: interfaces.length > 0, address: own, addresses };
}

/** Waits until exactly one host has held the VIP for a second, and gives it back. */
export async function waitForSingleMaster(timeoutMs = 20_000, held = vip): Promise<LabHost> {
    const deadline = Date.now() + timeoutMs;
    let since = Date.now();
    let before = "";
    for (;;) {
        const masters = await vipMasters(held);
        const names = masters.map(({ name }) => name).join(" and ");
        if (names !== before || masters.length !== 1) since = Date.now();
        before = names;
        if (masters.length === 1 && Date.now() - since >= 1000) return masters[0]!;
        assert.ok(Date.now() < deadline, `the VIP did not settle on one host; last held by ${names || "no host"}`);
        await sleep(100);
    }
}

/** What a client in the lab's network gets from an address, whose certificate must be of the lab's authority. */
export function answerTo(url: string): Promise<string> {
    const trust = ["--cacert", keys(instance).caCertificate];
    return inNamespace(instance.client.namespace, ["curl", "-sS", "--max-time", "5", ...trust, url]);
}

/** One host holds the VIP, and an API server answers through it that it is ready. */
export async function answersAtVip(): Promise<void> {
    await waitForSingleMaster();
    assert.equal(await answerTo(`https://${vip}:6443/readyz`), "ok");
}

/**
 * What a client saw while `work` went on, summed up. The pace and patience are those of a busy two-core machine, where
 * the deployment, the hosts and the client share the processors: a request that is only slow is not one that was lost.
 */
export async function observedDuring(work: () => Promise<unknown>, at = vip): Promise<Summary> {
    return summarise(await watching(instance, at, work, { everyMs: 25, timeoutMs: 5000 }));
}

/** The same of clients of the VIP and of another one, watched at once. */
export async function observedAtBoth(work: () => Promise<unknown>, other: string): Promise<[Summary, Summary]> {
    let first: Summary | undefined;
    const second = await observedDuring(async () => {
        first = await observedDuring(work);
    }, other);
    return [first!, second];
}

/** No client of either lost a request meanwhile. */
export async function assertNothingLost(what: string, other: string, work: () => Promise<unknown>): Promise<void> {
    const seen = await observedAtBoth(work, other);
    assert.deepEqual(
        seen.map(({ failed }) => failed),
        [0, 0],
        `${what}: ${JSON.stringify(seen)}`,
    );
}

export const seconds = (count: number): Promise<void> => sleep(count * 1000);
