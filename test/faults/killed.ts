/**
 * A program of a fake host, stopped after each of its changes to the file system and, at the one that is asked for,
 * killed with all that it started, or held up. Found by tracing: no list of commands has to be kept.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { descendantsOf } from "../../proving-ground/lab/processTree";
import { ended, type FakeHost } from "../components/host/fakeHost";

/** Each call that gives a name to something, takes one away, or changes what is behind it. */
const CHANGES = [
    ...["rename", "renameat", "renameat2", "unlink", "unlinkat", "rmdir", "link", "linkat", "symlink", "symlinkat"],
    ...["mkdir", "mkdirat", "chmod", "fchmod", "fchmodat", "chown", "fchown", "fchownat", "lchown"],
    ...["truncate", "ftruncate"],
].join(",");

/** Why there can be none here, or false. */
export function noTracing(): string | false {
    try {
        execFileSync("strace", ["-f", "-qq", "-o", "/dev/null", "true"], { stdio: "ignore" });
        return false;
    } catch {
        return "it needs strace, and a machine that allows to trace";
    }
}

export interface Traced {
    /** Changes there were, up to the end or the kill. */
    changes: number;
    /** Undefined where it was killed. */
    status: number | undefined;
    output: string;
}

type Program = Parameters<FakeHost["run"]>[0];

export interface Stop {
    /** After which of its changes. */
    at: number;
    /** It is held up until this is over, as by a disk that does not answer; without it, it is killed. */
    meanwhile?: (child: ChildProcess) => Promise<unknown>;
}

/** Without a stop it runs to its end. */
export async function traced(host: FakeHost, program: Program, input: string, stop?: Stop): Promise<Traced> {
    const pipe = join(host.folder, "trace");
    execFileSync("sh", ["-c", `rm -f ${pipe}; mkfifo ${pipe}`]);
    const reader = spawn("cat", [pipe], { stdio: ["ignore", "pipe", "ignore"] });
    const options = ["-f", "-qq", "-e", `trace=${CHANGES}`, "-e", `inject=${CHANGES}:signal=SIGSTOP`, "-o", pipe];
    const child = host.spawn("strace", ...options, "bash", join(host.folder, program));
    let [changes, killed] = [0, false];
    createInterface({ input: reader.stdout }).on("line", (line) => {
        const [, pid] = /^(\d+)\s+--- stopped by SIGSTOP ---$/.exec(line) ?? [];
        if (pid === undefined || killed) return;
        const here = ++changes === stop?.at;
        killed = here && stop?.meanwhile === undefined;
        if (killed) return void killTree(child.pid!);
        const goesOn = (): boolean => process.kill(Number(pid), "SIGCONT");
        if (here) void stop.meanwhile!(child).finally(goesOn);
        else goesOn();
    });
    const { status, output } = await ended(child, input);
    reader.kill();
    return { changes, status: killed ? undefined : (status ?? 1), output };
}

/** As when the power goes: what is killed must not tell the others, so that the leaves are first. */
async function killTree(root: number): Promise<void> {
    for (const pid of [root, ...(await descendantsOf(root))].reverse()) {
        try {
            process.kill(pid, "SIGKILL");
        } catch {
            // It has ended meanwhile.
        }
    }
}
