/** Changes of files as unified diffs; what is the same on several hosts is shown once. */
import { formatPatch, structuredPatch } from "diff";
import type { FileChange, HostChange } from "./hostChanges";
import type { Mask } from "./mask";

export interface FileDiff {
    path: string;
    /** What became of the file besides its text: "new", "removed", "0644 becomes 0600". */
    notes: string[];
    /** Names of hosts, in the order in which it goes from one to the next. */
    hosts: string[];
    /** `diff -u`, masked; empty when only what is masked differs. */
    patch: string;
    added: number;
    removed: number;
}

/** `nameOf` is what a host is called; two load balancers may have hosts of one name. */
export function fileDiffs(hosts: HostChange[], mask: Mask, nameOf: (host: HostChange) => string): FileDiff[] {
    const all = new Map<string, FileDiff>();
    for (const host of hosts) {
        for (const file of host.files) {
            const diff = fileDiff(file, mask);
            const key = JSON.stringify([file.path, diff.notes, file.before, file.after].map((part) => part ?? null));
            // The same lines at the same place, whatever else is in the file.
            const same = diff.patch === "" ? key : JSON.stringify([file.path, diff.notes, diff.patch]);
            const known = all.get(same);
            if (known === undefined) all.set(same, { ...diff, hosts: [nameOf(host)] });
            else known.hosts.push(nameOf(host));
        }
    }
    return [...all.values()];
}

function fileDiff({ path, before, after, mode }: FileChange, mask: Mask): FileDiff {
    const patch = patchOf(mask(before ?? ""), mask(after ?? ""), {
        before: before === undefined ? "/dev/null" : `a${path}`,
        after: after === undefined ? "/dev/null" : `b${path}`,
    });
    const count = (sign: string): number =>
        patch.split("\n").filter((line) => line.startsWith(sign) && !line.startsWith(sign.repeat(3))).length;
    return {
        path,
        notes: [
            ...(before === undefined ? ["new"] : []),
            ...(after === undefined ? ["removed"] : []),
            ...(mode === undefined ? [] : [`permissions ${mode.before} become ${mode.after}`]),
        ],
        hosts: [],
        patch,
        added: count("+"),
        removed: count("-"),
    };
}

function patchOf(before: string, after: string, names: { before: string; after: string }): string {
    if (before === after) return "";
    return formatPatch(structuredPatch(names.before, names.after, before, after, "", "", { context: 3 }))
        .split("\n")
        .filter((line, index) => !(index === 0 && line.startsWith("====")))
        .join("\n");
}
