/** Prometheus and promtool, unpacked from Debian's package and not installed. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram, isRoot } from "./components/programs";

/** Why there is none here, in a sentence; false where it can be had. */
export const noPromtool: string | false =
    (!isRoot && "not root") || (findProgram("apt-get") === undefined && "no apt-get");

let unpacked: string | undefined;

/** Fails with what promtool says where it does not exit with 0; returns what it says. `input` is its standard input. */
export function promtool(args: string[], input = ""): string {
    return succeeds(programOfPrometheus("promtool"), args, input);
}

/** Path of a program in that package: promtool, or prometheus itself. */
export function programOfPrometheus(name: "promtool" | "prometheus"): string {
    unpacked ??= unpack();
    return join(unpacked, "usr/bin", name);
}

/** Once for the whole process; it goes when the process does. */
function unpack(): string {
    const folder = mkdtempSync(join(tmpdir(), "ha-api-promtool-"));
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    succeeds("sh", ["-c", 'cd "$0" && apt-get -q download prometheus', folder]);
    const packed = readdirSync(folder).find((file) => file.endsWith(".deb"))!;
    succeeds("dpkg-deb", ["--extract", join(folder, packed), folder]);
    return folder;
}

function succeeds(command: string, args: string[], input = ""): string {
    const { status, stdout, stderr } = spawnSync(command, args, { input, encoding: "utf8" });
    assert.equal(status, 0, `${command} ${args.join(" ")}: ${stdout}${stderr}`);
    return stdout + stderr;
}
