/** Managed files: what was rendered beside what a host reports. */
import { createHash } from "node:crypto";
import { INTERFACE_PLACEHOLDER, NETWORK_FILE_PLACEHOLDER } from "../host/paths";
import { masked } from "./masked";
import type { Inspection } from "./report";

/** Texts by path, with the placeholders a host fills in. */
export type RenderedFiles = { [path: string]: string };

export interface FileState {
    path: string;
    state: "as rendered" | "changed" | "missing" | "other permissions";
    /** The rendered text as this host should have it; passwords masked. */
    expected: string;
    /** Octal, expected and seen; both only when they differ. */
    mode?: { expected: string; seen: string };
}

/** One entry for each file the host should have. */
export function fileStates(
    rendered: RenderedFiles,
    modes: { [path: string]: string },
    inspection: Inspection,
): FileState[] {
    const seen = new Map((inspection.files ?? []).map((file) => [file.path, file]));
    return Object.entries(rendered).flatMap(([template, text]): FileState[] => {
        const path = pathOnHost(template, [...seen.keys()]);
        // A path with a placeholder nothing fits belongs to something this host does not have.
        if (path === undefined) return [];
        const expected = masked(filled(text, inspection));
        const file = seen.get(path);
        if (file?.sha256 === undefined) return [{ path, state: "missing", expected }];
        if (file.sha256 !== createHash("sha256").update(expected).digest("hex"))
            return [{ path, state: "changed", expected }];
        const mode = modes[template]?.replace(/^0/, "");
        if (mode !== undefined && file.mode !== mode) {
            return [{ path, state: "other permissions", expected, mode: { expected: mode, seen: file.mode ?? "" } }];
        }
        return [{ path, state: "as rendered", expected }];
    });
}

/** Only the host knows what its network file is called: the one managed path that fits is it. */
function pathOnHost(template: string, paths: string[]): string | undefined {
    if (!template.includes(NETWORK_FILE_PLACEHOLDER)) return template;
    const [before = "", after = ""] = template.split(NETWORK_FILE_PLACEHOLDER);
    return paths.find(
        (path) => path.startsWith(before) && path.endsWith(after) && path.length > before.length + after.length,
    );
}

function filled(text: string, inspection: Inspection): string {
    return text.replaceAll(INTERFACE_PLACEHOLDER, inspection.interface ?? INTERFACE_PLACEHOLDER);
}
