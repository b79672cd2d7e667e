/** Managed files that were changed or removed by hand, with what exactly is different. */
import { formatPatch, structuredPatch } from "diff";
import { withSsh } from "../ssh/client";
import { type Deployment, type ExpectedHost, filesOf } from "./expectation";
import type { FileState } from "./files";
import { inspectOn, programOnHost, targetOf } from "./inspector";
import { masked } from "./masked";

export interface DriftedFile {
    path: string;
    state: Exclude<FileState["state"], "as rendered">;
    /** Octal, when they differ. */
    mode?: { expected: string; seen: string };
    /** From what was rendered to what is there, `diff -u` without passwords. */
    diff: string[];
}

export interface HostDrift {
    host: string;
    /** Why the host could not be inspected. */
    problem?: string;
    files: DriftedFile[];
}

/** One entry for each host, in their order. */
export function driftOf(deployment: Deployment, privateKey: string): Promise<HostDrift[]> {
    return Promise.all(
        deployment.hosts.map(async (host) => {
            try {
                return { host: host.name, files: await driftOnHost(deployment, host, privateKey) };
            } catch (error) {
                return { host: host.name, problem: (error as Error).message, files: [] };
            }
        }),
    );
}

function driftOnHost(deployment: Deployment, host: ExpectedHost, privateKey: string): Promise<DriftedFile[]> {
    // Nothing but this host's own files is asked for: no connections to anywhere else.
    const here: Deployment = { ...deployment, inspection: { ...deployment.inspection, listeners: [], apiServers: [] } };
    return withSsh(targetOf(deployment, host, privateKey), async (run) => {
        const inspection = await inspectOn(run, here, host);
        const drifted = filesOf(deployment, host.name, inspection).filter(({ state }) => state !== "as rendered");
        const changed = drifted.filter(({ state }) => state === "changed").map(({ path }) => path);
        const texts =
            changed.length === 0
                ? new Map<string, string>()
                : parseShownFiles(await run(programOnHost(deployment.inspection.user, "show-files", changed)));
        return drifted.map((file) => driftedFile(file, texts.get(file.path)));
    });
}

/** `there` is the text on the host, absent when the file is. */
export function driftedFile({ path, state, expected, mode }: FileState, there: string | undefined): DriftedFile {
    if (state === "as rendered") throw new Error(`${path} is as it was rendered`);
    const names = { before: `rendered ${path}`, after: there === undefined ? "/dev/null" : `on the host ${path}` };
    // Masked on the host already; a second time costs nothing, and a program of another version on the host changes
    // nothing then.
    const diff = state === "other permissions" ? [] : unifiedDiff(expected, masked(there ?? ""), names);
    return { path, state, ...(mode === undefined ? {} : { mode }), diff };
}

/** What `show-files` printed: texts by path. */
export function parseShownFiles(text: string): Map<string, string> {
    const lines = text.split("\n").filter((line) => line !== "");
    if (lines.at(-1) !== "end") throw new Error("the files of the host could not be read: the answer was cut off");
    return new Map(
        lines.flatMap((line): [string, string][] => {
            const [keyword, path = "", content = ""] = line.split(" ");
            return keyword === "file" ? [[path, Buffer.from(content, "base64").toString("utf8")]] : [];
        }),
    );
}

/** As `diff -u` writes it; empty when there is no difference. */
function unifiedDiff(before: string, after: string, names: { before: string; after: string }): string[] {
    if (before === after) return [];
    return formatPatch(structuredPatch(names.before, names.after, before, after, "", "", { context: 3 }))
        .split("\n")
        .filter((line, index) => line !== "" && !(index === 0 && line.startsWith("====")));
}
