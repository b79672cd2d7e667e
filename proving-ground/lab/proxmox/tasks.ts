/** Asynchronous work, as PVE does it: the call answers with a UPID at once, and the client polls how the task fares. */
import { setTimeout as delay } from "node:timers/promises";
import { messageOf } from "./errors";
import { WorkerDied } from "./health";
import { type StateStore, type TaskRecord } from "./state";

/** How many tasks are remembered. */
const KEPT = 500;

/** What a task can write to; a warning makes its exit status `WARNINGS: n`, which the provider shows to its user. */
export interface TaskLog {
    line(text: string): void;
    warn(text: string): void;
}

export interface TaskStart {
    node: string;
    /** `qmclone`, `qmstart`, ... */
    type: string;
    /** The guest, or nothing. */
    id: string;
    user: string;
}

export class Tasks {
    private readonly running = new Map<string, Promise<void>>();

    constructor(
        private readonly store: StateStore,
        private readonly log: (line: string) => void,
    ) {}

    /** Tasks of a process that died: their worker is gone, and PVE says no more than this about such a task. */
    abandonUnfinished(): void {
        for (const task of this.store.state.tasks.filter(({ exitstatus }) => exitstatus === undefined)) {
            task.exitstatus = "unexpected status";
            task.endtime = now();
            task.log.push("TASK ERROR: the Proxmox API was restarted while this task was running");
        }
        this.store.save();
    }

    /** Starts the work and returns its UPID. */
    start({ node, type, id, user }: TaskStart, work: (log: TaskLog) => Promise<void>): string {
        const pid = ++this.store.state.lastPid;
        const starttime = now();
        const started = Math.floor(process.uptime() * 100);
        const upid = `UPID:${node}:${hex(pid)}:${hex(started)}:${hex(starttime)}:${type}:${id}:${user}:`;
        const task: TaskRecord = { upid, node, pid, starttime, type, id, user, log: [] };
        const { tasks } = this.store.state;
        tasks.push(task);
        tasks.splice(0, Math.max(0, tasks.length - KEPT));
        this.store.save();
        this.running.set(upid, this.carryOut(task, work));
        return upid;
    }

    find(upid: string): TaskRecord | undefined {
        return this.store.state.tasks.find((task) => task.upid === upid);
    }

    /** Waits until the task has ended, but not longer than that. */
    async settled(upid: string, milliseconds: number): Promise<void> {
        const work = this.running.get(upid);
        if (work === undefined) return;
        const stop = new AbortController();
        await Promise.race([work, delay(milliseconds, undefined, { signal: stop.signal }).catch(() => undefined)]);
        stop.abort();
    }

    private async carryOut(task: TaskRecord, work: (log: TaskLog) => Promise<void>): Promise<void> {
        let warnings = 0;
        const log: TaskLog = {
            line: (text) => void task.log.push(...text.trimEnd().split("\n")),
            warn: (text) => {
                warnings++;
                task.log.push(`WARN: ${text}`);
            },
        };
        try {
            await work(log);
            task.exitstatus = warnings === 0 ? "OK" : `WARNINGS: ${warnings}`;
            task.log.push(`TASK ${task.exitstatus}`);
        } catch (error) {
            const died = error instanceof WorkerDied;
            const message = died ? "unexpected status" : messageOf(error).trim();
            task.exitstatus = message.split("\n")[0] ?? "unknown error";
            if (!died) log.line(`TASK ERROR: ${message}`);
            this.log(`task ${task.type} ${task.id} failed: ${message}`);
        }
        task.endtime = now();
        this.running.delete(task.upid);
        this.store.save();
    }
}

function now(): number {
    return Math.floor(Date.now() / 1000);
}

function hex(value: number): string {
    return value.toString(16).toUpperCase().padStart(8, "0");
}
