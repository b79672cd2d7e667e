/** Prometheus, promtool and the exporter for nginx, unpacked from Debian's packages and not installed. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram, isRoot } from "./components/programs";

/** Why there is none here, in a sentence; false where it can be had. */
export const noPromtool: string | false =
    (!isRoot && "not root") || (findProgram("apt-get") === undefined && "no apt-get");

const unpacked = new Map<string, string>();

/** Fails with what promtool says where it does not exit with 0; returns what it says. `input` is its standard input. */
export function promtool(args: string[], input = ""): string {
    return succeeds(programOfPrometheus("promtool"), args, input);
}

/** Path of a program of Debian's. */
export function programOfPrometheus(name: "promtool" | "prometheus" | "prometheus-nginx-exporter"): string {
    const packaged = name === "promtool" ? "prometheus" : name;
    const folder = unpacked.get(packaged) ?? unpack(packaged);
    unpacked.set(packaged, folder);
    return join(folder, "usr/bin", name);
}

/** Once for the whole process; it goes when the process does. */
function unpack(packaged: string): string {
    const folder = mkdtempSync(join(tmpdir(), `ha-api-${packaged}-`));
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    succeeds("sh", ["-c", 'cd "$0" && apt-get -q download "$1"', folder, packaged]);
    const packedFile = readdirSync(folder).find((file) => file.endsWith(".deb"))!;
    succeeds("dpkg-deb", ["--extract", join(folder, packedFile), folder]);
    return folder;
}

function succeeds(command: string, args: string[], input = ""): string {
    const { status, stdout, stderr } = spawnSync(command, args, { input, encoding: "utf8" });
    assert.equal(status, 0, `${command} ${args.join(" ")}: ${stdout}${stderr}`);
    return stdout + stderr;
}
