/**
 * Hosts that announce the VIP by BGP to a router which spreads connections over them, and what a client behind it loses
 * while something happens. Resetting connections of hosts that stay is the router's doing, so that these are counted
 * and shown.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { watching } from "../../proving-ground/lab/client/watching";
import { enter } from "../../proving-ground/lab/enter";
import { machine as placeOf } from "../../proving-ground/lab/hypervisor/machine";
import { address6Of } from "../../proving-ground/lab/instance";
import { loseNothing } from "../../proving-ground/lab/network/loss";
import { setCable } from "../../proving-ground/lab/network/namespace";
import { bgpToRouter, type Router, startRouter } from "../../proving-ground/lab/network/router";
import { type Observations, summarise } from "../../shared/probe/observations";
import { answers } from "../lab/machines/support";
import {
    address,
    address6,
    type ExistingMachine,
    existingMachine,
    instance,
    onHost,
    powerOn,
    seconds,
    Stack,
    type StackConfig,
    startExistingMachines,
    stopExistingMachines,
    vip,
} from "../lab/stack/support";

/** Connections that are kept, each asking twice a second; each that is lost is told, and made again. */
const KEPT = 60;
const CLIENT = `
const tls = require("tls");
const open = () => {
    const socket = tls.connect({ host: "${vip}", port: 6443, rejectUnauthorized: false });
    const ask = () => socket.write("GET /api HTTP/1.1\\r\\nHost: kubernetes\\r\\n\\r\\n");
    let timer;
    socket.on("secureConnect", () => { process.stdout.write("+"); ask(); timer = setInterval(ask, 500); });
    let patience;
    socket.on("data", () => { clearTimeout(patience); patience = setTimeout(() => socket.destroy(), 3000); });
    socket.on("error", () => undefined);
    socket.on("close", () => {
        if (timer !== undefined) process.stdout.write("-");
        clearInterval(timer); clearTimeout(patience); setTimeout(open, 500);
    });
};
for (let count = 0; count < ${KEPT}; count++) open();`;

/** New connections, as a busy machine can open them. */
const PACE = { everyMs: 25, timeoutMs: 3000 };

export const vip6 = address6(100);

/** What clients of one address or both saw. */
export interface Seen {
    /** Milliseconds, the longest. */
    gap: number;
    failed: number;
}

function summed(observations: Observations): Seen & { requests: number; slow: number } {
    const { requests, failed, longestGap } = summarise(observations);
    const slow = observations.attempts.filter(({ error, took }) => error === undefined && took > 1000).length;
    return { requests, failed, slow, gap: Math.round(longestGap) };
}

/** Whether the kernel lets a program of the host run in real time at all. */
export async function mayRunInRealTime(host: string): Promise<boolean> {
    const may = await onHost(host, "sudo chrt --rr 49 true 2> /dev/null && echo yes || echo no");
    if (may !== "yes") console.log(`      ${host} gets no real-time here`);
    return may === "yes";
}

export interface Kind {
    count: number;
    /** They announce a VIP of each family, by sessions of each. */
    ipv6?: boolean;
    /** Of the sessions. */
    password?: string;
}

export class AnnouncingHosts {
    readonly machines: ExistingMachine[];
    readonly stack: Stack;
    /** Given to `stack` by `start`. */
    config: StackConfig = {};
    /** Made by `start`. */
    router!: Router;
    /** Of the sessions' password. */
    passwordFile = "";
    private folder: string | undefined;
    private client: ChildProcessWithoutNullStreams | undefined;
    private lost = 0;

    constructor(
        name: string,
        private readonly kind: Kind,
    ) {
        this.machines = Array.from({ length: kind.count }, (_, index) => existingMachine(index + 1, 11 + index));
        this.stack = new Stack(name);
    }

    /** What happens, happens to the first. */
    get victim(): ExistingMachine {
        return this.machines[0]!;
    }

    get all(): string[] {
        return this.machines.map((machine) => machine.address).sort();
    }

    get others(): string[] {
        return this.all.filter((each) => each !== this.victim.address);
    }

    private get ipv6(): boolean {
        return this.kind.ipv6 === true;
    }

    /** The machines and the router, and a stack of them that has not been deployed. */
    async start(): Promise<void> {
        const { password } = this.kind;
        this.folder = await mkdtemp(join(tmpdir(), "ha-api-bgp-test-"));
        this.passwordFile = join(this.folder, "password.txt");
        await writeFile(this.passwordFile, `${password ?? ""}\n`, { mode: 0o600 });
        await startExistingMachines(this.machines, this.families);
        this.router = await startRouter(instance, {
            vip,
            ...(this.ipv6 ? { vip6 } : {}),
            hosts: this.all,
            ...(password === undefined ? {} : { password }),
        });
        for (const machine of this.machines) await this.knowsWayBack(machine);
        const realTime = await Promise.all(this.machines.map((machine) => mayRunInRealTime(machine.address)));
        this.config = {
            vip,
            ...(this.ipv6 ? { vip6 } : {}),
            announcement: "bgp",
            bgp: {
                ...bgpToRouter(instance, {
                    ipv6: this.ipv6,
                    ...(password === undefined ? {} : { passwordFile: this.passwordFile }),
                }),
                // What docs/bgp.md says for such machines.
                ...(realTime.every(Boolean) ? {} : { bfd: { interval: 0.3 } }),
            },
            apiServers: [51, 52, 53].map(address),
            hosts: this.machines.map(({ name, address: own }) => ({
                name,
                address: own,
                ...(this.ipv6 ? { address6: address6Of(instance, own) } : {}),
            })),
        };
        await this.stack.create(this.config);
    }

    async end(): Promise<void> {
        this.disconnect();
        await loseNothing(instance);
        await this.stack.remove();
        await this.router?.stop();
        await stopExistingMachines(this.machines);
        if (this.folder !== undefined) await rm(this.folder, { recursive: true, force: true });
    }

    /** The router spreads connections over exactly these within so many seconds. */
    nextHopsAre(wanted: string[], withinSeconds: number): Promise<void> {
        return this.router.spreadsOver(wanted, withinSeconds).catch((error: Error) => this.explained(error));
    }

    /** Throws it with both sides' view of what did not come about. */
    async explained(error: Error): Promise<never> {
        const log =
            "sudo birdc show protocols all; sudo journalctl --unit bird --no-pager --lines 40; " +
            "chrt --all-tasks --pid $(pidof bird); ip route show table 198; sudo birdc show route all; " +
            "sudo journalctl --unit ha-api-watcher --unit nginx --no-pager --lines 60 --output short-precise";
        const hosts = await Promise.all(this.machines.map((machine) => onHost(machine.address, log).catch(String)));
        throw new Error([error.message, await this.router.sessions(), ...hosts].join("\n"));
    }

    /** Its power was cut. */
    async backOn(machine: ExistingMachine): Promise<void> {
        await powerOn(machine, this.families);
        await answers(machine.address);
        await this.knowsWayBack(machine);
    }

    /** Has no network meanwhile, and no address: networkd takes that away with the link. As root, without SSH. */
    async unplugged(machine: ExistingMachine, script: string): Promise<void> {
        const { veth } = placeOf(instance, machine.id);
        await setCable(veth, "down");
        try {
            await seconds(1.5);
            await enter(instance, machine.id, script);
        } finally {
            await setCable(veth, "up");
        }
        await answers(machine.address);
        await this.knowsWayBack(machine);
    }

    /** What happens to clients meanwhile, which is shown; the hosts in use at its beginning were so for a while. */
    async measured(event: string, from: string[], work: () => Promise<unknown>): Promise<Seen> {
        await this.nextHopsAre(from, 20);
        this.connect();
        await seconds(4);
        await this.nextHopsAre(from, 0);
        this.lost = 0;
        const { instance: behind } = this.router;
        let by6: Observations | undefined;
        const at6 = async (): Promise<void> => {
            by6 = await watching(behind, vip6, work, PACE);
        };
        const by4 = await watching(behind, vip, this.ipv6 ? at6 : work, PACE);
        await seconds(1);
        const seen = [by4, by6].flatMap((each) => (each === undefined ? [] : [summed(each)]));
        const told = seen.map(
            ({ requests, failed, slow, gap }, index) =>
                `${failed} of ${requests} new ones by IPv${index === 0 ? 4 : 6} failed, ${slow} took more than a ` +
                `second, ${gap} ms without an answer`,
        );
        const kept = `${this.lost} of ${KEPT} kept connections lost`;
        console.log(`      ${this.machines.length} hosts, ${event}: ${[kept, ...told].join("; ")}`);
        return {
            gap: Math.max(...seen.map(({ gap }) => gap)),
            failed: seen.reduce((sum, { failed }) => sum + failed, 0),
        };
    }

    disconnect(): void {
        this.client?.kill();
    }

    /** Made again for each event: those left of earlier ones are where no event moved them from. */
    private connect(): void {
        this.disconnect();
        const { namespace } = this.router.instance.client;
        this.client = spawn("ip", ["netns", "exec", namespace, process.execPath, "-e", CLIENT]);
        this.client.stdout.on("data", (data: Buffer) => (this.lost += data.toString().split("-").length - 1));
    }

    private get families(): { families?: "both" } {
        return this.ipv6 ? { families: "both" } : {};
    }

    private knowsWayBack(machine: ExistingMachine): Promise<string> {
        return onHost(machine.address, `sudo sh -c '${this.router.wayBack}'`);
    }
}
