import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
    daemonPid,
    daemonReady,
    processStart,
    startDaemon,
    stopDaemon,
    type Daemon,
} from "../../../proving-ground/lab/processes";

describe("background processes", () => {
    let directory: string;
    let daemon: Daemon;

    beforeEach(async () => {
        directory = await mkdtemp(join(tmpdir(), "ha-api-lab-"));
        daemon = {
            name: "the sleeper",
            pidFile: join(directory, "run", "pid"),
            logFile: join(directory, "log", "sleeper.log"),
        };
    });
    afterEach(async () => {
        await stopDaemon(daemon);
        await rm(directory, { recursive: true });
    });

    it("are started, found by their pid file, and stopped", async () => {
        const pid = await startDaemon(daemon, { command: "sleep", args: ["60"] });
        assert.equal(await daemonPid(daemon), pid);
        await stopDaemon(daemon);
        assert.equal(await daemonPid(daemon), undefined);
        assert.equal(await processStart(pid), undefined);
    });

    it("that ignore the request to end are made to end", async () => {
        await startDaemon(daemon, { command: "sh", args: ["-c", "trap '' TERM; sleep 60"] });
        await stopDaemon(daemon, 100);
        assert.equal(await daemonPid(daemon), undefined);
    });

    it("are not taken for a stranger who got the same process id", async () => {
        await startDaemon(daemon, { command: "sleep", args: ["60"] });
        const [pid, started] = (await readFile(daemon.pidFile, "utf8")).trim().split(" ").map(Number);
        const stranger = { pidFile: join(directory, "stranger.pid") };
        await writeFile(stranger.pidFile, `${pid} ${Number(started) - 1}\n`);
        assert.equal(await daemonPid(stranger), undefined);
    });

    it("that die before they are ready are reported with the end of their log", async () => {
        const start = async (): Promise<void> => {
            await startDaemon(daemon, { command: "sh", args: ["-c", "echo no such luck >&2; exit 3"] });
            await daemonReady(daemon, () => sleep(20, false), 5000);
        };
        await assert.rejects(start, /the sleeper did not start: [^]*no such luck/);
    });
});
