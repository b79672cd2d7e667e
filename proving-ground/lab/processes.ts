/**
 * Background processes that outlive the command that started them and are found again by the next one.
 *
 * A pid file alone may name a stranger after a crash, because the kernel uses ids again. So the file holds the
 * process's start time too, and the process writes it itself, before it becomes the daemon: a caller that dies at any
 * moment leaves no daemon without a pid file.
 */
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../tools/run";
import { createCgroup, destroyCgroup } from "./cgroups";
import { readIfThere } from "./files";

export interface Daemon {
    /** What people call it. */
    name: string;
    pidFile: string;
    logFile: string;
}

export interface DaemonCommand {
    command: string;
    args: string[];
    cwd?: string;
    env?: NodeJS.ProcessEnv;
    /**
     * The control group it gets. A process that is in there already is an earlier one that has lost its pid file, and
     * is killed.
     */
    cgroup?: string;
}

/** Field 22 of /proc/PID/stat is the start time; no part of the name that goes before it ("sh") has a blank. */
const WRAPPER = `
pid_file=$1; cgroup_files=$2; shift 2
for file in $cgroup_files; do echo $$ > "$file" || exit 1; done
read -r _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ started _ < /proc/$$/stat
echo "$$ $started" > "$pid_file.new" && mv "$pid_file.new" "$pid_file"
exec "$@"`;

/**
 * Starts it in a session of its own and returns its id as soon as its pid file is there. The caller checks first that
 * it does not run.
 */
export async function startDaemon(daemon: Daemon, { command, args, cwd, env, cgroup }: DaemonCommand): Promise<number> {
    if (cgroup !== undefined) await destroyCgroup(cgroup);
    const cgroupFiles = cgroup === undefined ? [] : await createCgroup(cgroup);
    await rm(daemon.pidFile, { force: true });
    for (const file of [daemon.pidFile, daemon.logFile]) mkdirSync(dirname(file), { recursive: true });
    const log = openSync(daemon.logFile, "a");
    const child = spawn("/bin/sh", ["-c", WRAPPER, "sh", daemon.pidFile, cgroupFiles.join(" "), command, ...args], {
        detached: true,
        stdio: ["ignore", log, log],
        cwd: cwd ?? "/",
        env: env ?? process.env,
    });
    closeSync(log);
    child.unref();
    let ended: string | undefined;
    child.once("error", (error) => (ended = error.message));
    child.once("exit", (code, signal) => (ended = signal ?? `exit status ${code}`));
    for (;;) {
        const pid = await daemonPid(daemon);
        if (pid !== undefined) return pid;
        if (ended !== undefined) throw await didNotStart(daemon, ended);
        await sleep(2);
    }
}

/** The daemon's process id, or undefined when it does not run. */
export async function daemonPid(daemon: Pick<Daemon, "pidFile">): Promise<number | undefined> {
    const [pid, started] = ((await readIfThere(daemon.pidFile)) ?? "").trim().split(" ").map(Number);
    if (pid === undefined || started === undefined || !(pid > 1)) return undefined;
    return (await processStart(pid)) === started ? pid : undefined;
}

/** Asks it to end, makes it end after `graceMs`, and returns once it is gone. */
export async function stopDaemon(daemon: Pick<Daemon, "pidFile">, graceMs = 5000): Promise<void> {
    const deadline = Date.now() + graceMs;
    let pid = await daemonPid(daemon);
    if (pid !== undefined) signal(pid, "SIGTERM");
    while ((pid = await daemonPid(daemon)) !== undefined) {
        if (Date.now() > deadline) signal(pid, "SIGKILL");
        await sleep(20);
    }
    await rm(daemon.pidFile, { force: true });
}

/** Waits until `ready` says so; if the daemon dies first or the time is over, says why with the end of its log. */
export async function daemonReady(daemon: Daemon, ready: () => Promise<boolean>, timeoutMs: number): Promise<void> {
    const deadline = Date.now() + timeoutMs;
    while (!(await ready())) {
        if ((await daemonPid(daemon)) === undefined) throw await didNotStart(daemon, "it ended");
        if (Date.now() > deadline) throw await didNotStart(daemon, `no answer after ${Math.round(timeoutMs / 1000)} s`);
        await sleep(50);
    }
}

/**
 * When the process started, in clock ticks since boot: with its id, its identity. Undefined when it is gone or only
 * waits to be reaped.
 */
export async function processStart(pid: number): Promise<number | undefined> {
    const stat = await readIfThere(`/proc/${pid}/stat`);
    if (stat === undefined) return undefined;
    // The name in field 2 may hold blanks and parentheses, so count from its end.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : Number(fields[19]);
}

async function didNotStart(daemon: Daemon, how: string): Promise<UserError> {
    const log = ((await readIfThere(daemon.logFile)) ?? "").trimEnd().split("\n").slice(-15).join("\n");
    const ending = log === "" ? "It wrote nothing to" : `Its log ends so:\n${log}\nMore in`;
    return new UserError(`${daemon.name} did not start: ${how}. ${ending} ${daemon.logFile}`);
}

function signal(pid: number, name: NodeJS.Signals): void {
    try {
        process.kill(pid, name);
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
}
