/**
 * What a program of a fake host writes, and what of it is on the disk when it gets its name: a power cut takes away
 * what is not, though the name stays. Found by tracing.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ended, type FakeHost } from "../components/host/fakeHost";

const WRITES = ["write", "pwrite64", "writev", "copy_file_range", "sendfile", "ftruncate"];
const SYNCS = ["fsync", "fdatasync", "syncfs"];
const NAMES = ["rename", "renameat", "renameat2", "link", "linkat"];
const TRACED = [...WRITES, ...SYNCS, ...NAMES, "openat"];

export type Event =
    | { kind: "written"; path: string }
    | { kind: "synced"; path: string }
    /** By which a file, or a folder, gets another name. */
    | { kind: "renamed" | "linked"; from: string; to: string };

/** In their order; the program is one of the host's folder. */
export async function writtenBy(
    host: FakeHost,
    program: string,
    input: string,
): Promise<{ status: number | null; output: string; events: Event[] }> {
    const log = join(host.folder, "written");
    const options = ["-f", "-qq", "-y", "-s", "0", "-e", `trace=${TRACED.join(",")}`, "-o", log];
    const child = host.spawn("strace", ...options, "bash", join(host.folder, program));
    const { status, output } = await ended(child, input);
    return { status, output, events: eventsIn(readFileSync(log, "utf8")) };
}

function eventsIn(log: string): Event[] {
    // A call during which another process is seen stands in two lines; it counts where it ends.
    const begun = new Map<string, string>();
    return log.split("\n").flatMap((line) => {
        const [, pid = "", text = ""] = /^(\d+) +(.*)$/.exec(line) ?? [];
        const [, head] = /^(.*) <unfinished \.\.\.>$/.exec(text) ?? [];
        if (head !== undefined) {
            begun.set(pid, head);
            return [];
        }
        const [, rest] = /^<\.\.\. \w+ resumed>(.*)$/.exec(text) ?? [];
        return eventOf(rest === undefined ? text : `${begun.get(pid) ?? ""}${rest}`);
    });
}

function eventOf(call: string): Event[] {
    const [, name = "", words = "", result = "-1"] = /^(\w+)\((.*)\) += (-?\d+)/.exec(call) ?? [];
    if (result.startsWith("-")) return [];
    if (NAMES.includes(name)) {
        const [from, to] = [...words.matchAll(/"([^"]*)"/g)].map(([, path]) => path!);
        return [{ kind: name.startsWith("link") ? "linked" : "renamed", from: from!, to: to! }];
    }
    if (name === "openat") {
        const [, path] = /"([^"]*)"/.exec(words) ?? [];
        return words.includes("O_TRUNC") ? [{ kind: "written", path: path! }] : [];
    }
    // The last one is what is written to: the others are read from.
    const paths = [...words.matchAll(/\d+<([^>]*)>/g)].map(([, path]) => path!);
    const path = name === "sendfile" ? paths[0] : paths.at(-1);
    if (path === undefined) return [];
    return [{ kind: SYNCS.includes(name) ? "synced" : "written", path }];
}
