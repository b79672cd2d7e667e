/**
 * States of other stacks, without any service: files that were exported, and a backend that is a folder. Nothing in
 * them is decrypted; what is secret stays closed.
 */
import { readdir, readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { z } from "zod";
import { partsOfUrn } from "../components/text/urn";
import { type Resource, SECRET } from "./resource";

const resources = z.array(
    z.object({
        urn: z.string(),
        type: z.string(),
        parent: z.string().optional(),
        protect: z.boolean().optional(),
        delete: z.boolean().optional(),
        inputs: z.record(z.string(), z.unknown()).optional(),
    }),
);

/** As `pulumi stack export` writes it, and as a backend keeps it. */
const state = z.union([
    z.object({ deployment: z.object({ resources: resources.nullish() }) }),
    z.object({ checkpoint: z.object({ latest: z.object({ resources: resources.nullish() }).nullish() }) }),
]);

const SECRET_MARK = "4dabf18193072939515e22adb298388d";

/** Undefined where there is nothing to read: no file is named, and the backend is no folder. */
export async function otherStates(
    { files, backend }: { files: string[]; backend: string },
    own: { stack: string; project: string },
): Promise<Resource[][] | undefined> {
    const folder = stacksFolder(backend);
    if (files.length === 0 && folder === undefined) return undefined;
    const paths = [
        ...(await Promise.all(files.map((file) => filesIn(resolve(file), true)))).flat(),
        ...(folder === undefined ? [] : await filesIn(folder, false)),
    ];
    const states = await Promise.all([...new Set(paths)].map(readState));
    return states.filter(([first]) => {
        if (first === undefined) return false;
        const { stack, project } = partsOfUrn(first.urn);
        return stack !== own.stack || project !== own.project;
    });
}

/** Undefined for a backend that is no folder. */
function stacksFolder(backend: string): string | undefined {
    if (!backend.startsWith("file://")) return undefined;
    const path = backend.slice("file://".length).replace(/\?.*$/, "");
    let folder = resolve(path);
    if (path === "~" || path.startsWith("~/")) folder = join(homedir(), path.slice(1));
    else if (path.startsWith("/")) folder = fileURLToPath(`file://${path}`);
    return join(folder, ".pulumi", "stacks");
}

/** Stacks are in a folder for each project, and at the top in old backends; beside them their last versions (.bak). */
async function filesIn(path: string, needed: boolean): Promise<string[]> {
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) {
        // A backend has no folder before the first stack.
        if (!needed) return [];
        throw new Error(`states: ${path}: there is no such file or folder. Write it with pulumi stack export --file.`);
    }
    if (found.isFile()) return [path];
    const names = await readdir(path, { recursive: true });
    return names.filter((name) => /\.json(\.gz)?$/.test(name)).map((name) => join(path, name));
}

async function readState(path: string): Promise<Resource[]> {
    const bytes = await readFile(path);
    let parsed;
    try {
        parsed = state.parse(JSON.parse((path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8")));
    } catch {
        throw new Error(`${path} is no state of a stack: it is not what pulumi stack export --file writes.`);
    }
    const list = "deployment" in parsed ? parsed.deployment.resources : parsed.checkpoint.latest?.resources;
    return (list ?? [])
        .filter((resource) => resource.delete !== true)
        .map(({ urn, type, parent, protect, inputs }) => ({
            urn,
            type,
            name: partsOfUrn(urn).name,
            props: withoutSecrets(inputs ?? {}) as Record<string, unknown>,
            ...(parent === undefined ? {} : { parent }),
            protect: protect ?? false,
        }));
}

function withoutSecrets(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(withoutSecrets);
    if (typeof value !== "object" || value === null) return value;
    if (SECRET_MARK in value) return SECRET;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item)]));
}
