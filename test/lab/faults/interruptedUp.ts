/** `pulumi up` that is not let to its end. */
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { projectFolder } from "../../../tools/cache";
import type { Stack } from "../stack/support";

/**
 * In a process group of its own, as at a terminal, where Control-C reaches all of it: after so long, or at the moment
 * that is waited for. After a kill the state is locked until `pulumi cancel`, which this runs as a user would have to.
 */
export async function interruptedUp(
    stack: Stack,
    signal: "SIGINT" | "SIGKILL",
    when: number | (() => Promise<void>),
): Promise<void> {
    const words = ["up", "--yes", "--skip-preview", "--non-interactive", "--color", "never"];
    const child = spawn("pulumi", words, {
        cwd: projectFolder,
        env: { ...process.env, ...stack.environment },
        stdio: "ignore",
        detached: true,
    });
    const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
    await Promise.race([ended, typeof when === "number" ? sleep(when) : when()]);
    try {
        process.kill(-child.pid!, signal);
    } catch {
        // It has just ended.
    }
    await ended;
    if (signal === "SIGKILL") await stack.pulumi("cancel", "--yes");
}
