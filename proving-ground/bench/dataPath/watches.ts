/**
 * Many idle watches at once: opened through a proxy, held for a minute and across a reload, and what the proxy needs
 * for them.
 *
 * They come without TLS, by a listener of their own: at layer 4 a proxy passes TLS on unseen, and so needs the same for
 * a connection with and without it, while the clients and servers of the benchmark, on the same machine, do not.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface, type Interface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { LabInstance } from "../../lab/instance";
import { say } from "../../../tools/progress";
import { UserError } from "../../../tools/run";
import { onMachine } from "../support/machines";
import { edited, type Proxy, WATCHES } from "./targets";

/** How many are asked for. */
export const WANTED = 20_000;
/** A process may have 20,000 files open where a container gives no more; each of the client's watches is one. */
const PER_CLIENT = 10_000;
/** Milliseconds they are held before the reload. */
const HOLD_MS = 60_000;

export interface Watches {
    proxy: string;
    /** Describes what differs from the defaults. */
    setting: string;
    asked: number;
    held: number;
    /** Milliseconds until all were open. */
    opening: number;
    /** Still there after a minute, and after a reload following it. */
    afterMinute: number;
    afterReload: number;
    /**
     * MiB of the proxy's processes (PSS): without connections, with all of them, and after the reload, when old and new
     * workers run.
     */
    memory: { idle: number; held: number; reloaded: number };
    /** Bytes of the proxy for each watch. */
    perWatch: number;
    /**
     * Bytes of the kernel for each watch, both sides: what the machine's control group counts beyond its processes.
     * Absent where it does not count.
     */
    kernelPerWatch?: number;
    /** Files that one process may have open on the host, and how many a daemon's process had at most. */
    files: { allowed: number; used: number };
    /** What the host's daemons and kernel had to say while the watches were held. */
    complaints: string[];
}

/** Without a change: the defaults of the component. */
export async function holdWatches(
    instance: LabInstance,
    proxy: Proxy,
    setting = "defaults",
    change?: string,
): Promise<Watches> {
    const undo = change === undefined ? undefined : await edited(instance, proxy, change, "restart");
    const clients = Array.from({ length: WANTED / PER_CLIENT }, () => new WatchClient(instance, proxy.vip));
    try {
        await sleep(1000);
        const idle = await usage(instance, proxy);
        const start = performance.now();
        const opened = await Promise.all(clients.map((client) => client.open(PER_CLIENT)));
        const opening = performance.now() - start;
        const held = opened.reduce((sum, count) => sum + count, 0);
        const busy = await usage(instance, proxy);
        say(
            `  ${proxy.name}, ${setting}: ${held} watches open in ${(opening / 1000).toFixed(1)} s, ` +
                `${busy.memory.toFixed(0)} MiB`,
        );
        await sleep(HOLD_MS);
        const afterMinute = await countOf(clients);
        const complaints = await complaintsOf(instance, proxy);
        await onMachine(instance, proxy.machine.address, `sudo systemctl reload ${proxy.service}`);
        await sleep(5000);
        const reloaded = await usage(instance, proxy);
        const afterReload = await countOf(clients);
        const kernel =
            busy.kernel === undefined || idle.kernel === undefined
                ? {}
                : { kernelPerWatch: (busy.kernel - idle.kernel) / held };
        return {
            proxy: proxy.name,
            setting,
            asked: WANTED,
            held,
            opening,
            afterMinute,
            afterReload,
            memory: { idle: idle.memory, held: busy.memory, reloaded: reloaded.memory },
            perWatch: ((busy.memory - idle.memory) * 1024 * 1024) / held,
            ...kernel,
            files: { allowed: busy.allowed, used: busy.used },
            complaints,
        };
    } finally {
        for (const client of clients) client.end();
        // The workers of before the reload end with their last connection.
        await sleep(2000);
        await undo?.();
        await onMachine(instance, proxy.machine.address, `sudo systemctl restart ${proxy.service}`);
    }
}

async function countOf(clients: WatchClient[]): Promise<number> {
    return (await Promise.all(clients.map((client) => client.count()))).reduce((sum, count) => sum + count, 0);
}

/** Of the proxy's own log and the daemons' journal, each once with how often it occurred. */
const COMPLAINTS = `sudo bash -c '{
    grep -ohE "[0-9]+ worker_connections are not enough|Too many open files" /var/log/nginx/*error.log
    journalctl --quiet --unit nginx --unit haproxy --unit keepalived --since "-4 min" --output cat |
        grep -oE "Entering [A-Z]+ STATE|Script .proxy_answers. now returning [0-9]+|oom-kill|killed by signal|Too many open files|maximum .* reached"
} 2> /dev/null | sort | uniq -c'; true`;

async function complaintsOf(instance: LabInstance, { machine }: Proxy): Promise<string[]> {
    const complaints = (await onMachine(instance, machine.address, COMPLAINTS))
        .split("\n")
        .map((line) => line.trim())
        .filter(Boolean);
    for (const complaint of complaints) say(`    ${complaint}`);
    return complaints;
}

interface Usage {
    memory: number;
    kernel: number | undefined;
    allowed: number;
    used: number;
}

/** Of all of the daemon's processes, of this reload and of earlier ones. */
const USAGE = (name: string): string => `sudo bash -c '
pss=0; used=0; allowed=0
for pid in $(pgrep -x ${name}); do
    pss=$((pss + $(awk "/^Pss:/ {print \\$2}" /proc/$pid/smaps_rollup)))
    files=$(ls /proc/$pid/fd | wc -l); ((files > used)) && used=$files
    allowed=$(awk "/^Max open files/ {print \\$4}" /proc/$pid/limits)
done
slab=$(awk "/^(sock|slab) / {sum += \\$2} END {print sum}" /sys/fs/cgroup/memory.stat 2> /dev/null)
echo $pss $used $allowed \${slab:-none}'`;

async function usage(instance: LabInstance, { machine, service }: Proxy): Promise<Usage> {
    const [pss, used, allowed, kernel] = (await onMachine(instance, machine.address, USAGE(service))).split(" ");
    return {
        memory: Number(pss) / 1024,
        used: Number(used),
        allowed: Number(allowed),
        kernel: kernel === "none" ? undefined : Number(kernel),
    };
}

/** A process in the client's network that holds watches. */
export class WatchClient {
    private readonly child: ChildProcess;
    private readonly lines: Interface;

    constructor(instance: LabInstance, vip: string, port: number = WATCHES) {
        const program = join(__dirname, "programs/watchClient.cjs");
        this.child = spawn(
            "nsenter",
            [`--net=/run/netns/${instance.client.namespace}`, "--", process.execPath, program, vip, String(port)],
            { stdio: ["pipe", "pipe", "inherit"] },
        );
        this.lines = createInterface({ input: this.child.stdout! });
    }

    async open(count: number): Promise<number> {
        return (await this.ask(`open ${count}`)).held;
    }

    async count(): Promise<number> {
        return (await this.ask("count")).held;
    }

    end(): void {
        this.child.kill("SIGKILL");
    }

    private ask(command: string): Promise<{ held: number }> {
        return new Promise((resolve, reject) => {
            const ended = (): void => reject(new UserError("A client that held watches ended unexpectedly."));
            this.child.once("exit", ended);
            this.lines.once("line", (line) => {
                this.child.off("exit", ended);
                resolve(JSON.parse(line) as { held: number });
            });
            this.child.stdin!.write(`${command}\n`);
        });
    }
}
