/**
 * Gets the resource plugins: the official ones where they can be downloaded, else the Proxmox one from Go modules and
 * stand-ins for the others.
 */
import { createHash } from "node:crypto";
import { chmod, copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { part, say } from "../../tools/progress";
import { succeeds } from "../../tools/run";
import { projectFolder } from "../../tools/cache";
import { exists } from "../../tools/exists";
import { buildFromGo } from "./goBuild";
import type { StandIn } from "../../plugin-stand-ins/versions";
import { engine } from "./recipes/engine";
import type { PluginPin } from "./versions";

export interface PluginSettings {
    pulumi: { path: string[]; origin: string; built: Record<string, string> };
    pulumiHome: string;
    goCache: string;
    pulumiVersion: string;
}

/**
 * Makes every plugin of the list available in PULUMI_HOME. Where the CLI itself could not be downloaded, no download is
 * tried for plugins either.
 */
export async function ensurePlugins(
    pins: PluginPin[],
    settings: PluginSettings,
    environment: Record<string, string>,
): Promise<void> {
    for (const pin of pins) {
        const folder = join(settings.pulumiHome, "plugins", `resource-${pin.name}-v${pin.version}`);
        const binary = join(folder, `pulumi-resource-${pin.name}`);
        const standInMark = join(folder, "stand-in");
        const built = settings.pulumi.built["pulumi-resource-proxmoxve"];
        // One that was built here before its sources changed.
        const outdated = pin.name === "proxmoxve" && built !== undefined && (await builtFrom(folder)) !== built;
        if ((await exists(binary)) && !(await exists(standInMark)) && !outdated) continue;
        const mayDownload = settings.pulumi.origin !== "Go modules" && !(await exists(standInMark));
        if (mayDownload && (await download(pin, environment))) continue;
        if (pin.name === "proxmoxve") await installBuilt(pin, folder, settings);
        else await installStandIn(pin.name, folder);
    }
}

async function download(pin: PluginPin, environment: Record<string, string>): Promise<boolean> {
    return part(`download the ${pin.name} plugin ${pin.version}`, async () => {
        const server = pin.server === undefined ? [] : ["--server", pin.server];
        const worked = await succeeds("pulumi", ["plugin", "install", "resource", pin.name, pin.version, ...server], {
            env: environment,
            timeout: 300_000,
        });
        if (!worked) say("    cannot be downloaded from here");
        return worked;
    });
}

async function installBuilt(pin: PluginPin, folder: string, settings: PluginSettings): Promise<void> {
    const built =
        settings.pulumi.built["pulumi-resource-proxmoxve"] ??
        (await buildFromGo(settings.goCache, engine(settings.pulumiVersion)))["pulumi-resource-proxmoxve"]!;
    await mkdir(folder, { recursive: true });
    await replaceFile(join(folder, `pulumi-resource-${pin.name}`), (draft) => copyFile(built, draft));
    await writeFile(join(folder, "built-from"), built);
}

/** The build that the plugin in that folder is a copy of. */
const builtFrom = (folder: string): Promise<string> =>
    readFile(join(folder, "built-from"), "utf8").catch(() => "nothing that was built here");

/** One bundled file starts three times as fast as the sources it is made from. */
async function installStandIn(name: StandIn["name"], folder: string): Promise<void> {
    const sources = await fingerprint();
    const mark = join(folder, "stand-in");
    if ((await readFile(mark, "utf8").catch(() => "")) === sources) return;
    await part(`bundle the stand-in for the ${name} plugin`, async () => {
        const { build: bundle } = await import("esbuild");
        const { outputFiles } = await bundle({
            entryPoints: [join(PROVIDERS, name, "main.ts")],
            bundle: true,
            platform: "node",
            target: "node20",
            write: false,
            logLevel: "silent",
            // Optional accelerations of ssh2 that must be compiled; it works without them.
            external: ["cpu-features"],
            loader: { ".node": "empty" },
        });
        await mkdir(folder, { recursive: true });
        await replaceFile(join(folder, "provider.cjs"), (draft) => writeFile(draft, outputFiles[0]!.text));
        await replaceFile(join(folder, `pulumi-resource-${name}`), (draft) =>
            writeFile(draft, `#!/bin/sh\nexec '${process.execPath}' '${join(folder, "provider.cjs")}' "$@"\n`),
        );
        await writeFile(mark, sources);
    });
}

const PROVIDERS = join(projectFolder, "plugin-stand-ins");

/**
 * Changes with everything a bundle is made of: the sources, the packages at their versions, and the Node.js that runs
 * it.
 */
async function fingerprint(): Promise<string> {
    const entries = await readdir(PROVIDERS, { recursive: true, withFileTypes: true });
    const files = entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .sort();
    const hash = createHash("sha256")
        .update(process.execPath)
        .update(await readFile(join(projectFolder, "package-lock.json")));
    for (const file of files) hash.update(file.slice(PROVIDERS.length)).update(await readFile(file));
    return hash.digest("hex");
}

/** A plugin may be running while it is replaced: write beside it, then rename. */
async function replaceFile(path: string, write: (draft: string) => Promise<void>): Promise<void> {
    const draft = `${path}.new`;
    await rm(draft, { force: true });
    await write(draft);
    await chmod(draft, 0o755);
    await rename(draft, path);
}
