/** Finds a Pulumi CLI: the one on PATH, else the official launcher from npm, else one built from Go modules. */
import { access, link, lstat, mkdir, rename, rm, stat } from "node:fs/promises";
import { constants } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { part, say } from "../../tools/progress";
import { run, succeeds } from "../../tools/run";
import { projectFolder } from "../../tools/cache";
import { buildFromGo, builtBefore } from "./goBuild";
import { engine } from "./recipes/engine";

export interface Cli {
    /** Folders to put in front of PATH. */
    path: string[];
    /** How it was had. */
    origin: "PATH" | "npm launcher" | "Go modules";
    /** Binaries built along the way, by name. */
    built: Record<string, string>;
}

/** Seconds the launcher may take to download the CLI. */
const DOWNLOAD_SECONDS = 300;

export async function findCli(version: string, pulumiHome: string, goCache: string): Promise<Cli> {
    const onPath = await pulumiOnPath();
    if (onPath !== undefined) {
        const found = (await run(onPath, ["version"])).trim().replace(/^v/, "");
        if (isAtLeast(found, version)) return { path: [dirname(onPath)], origin: "PATH", built: {} };
        say(`  pulumi ${found} on PATH is older than ${version}, which this project needs; looking for a newer one.`);
    }
    // Where a build was needed once, a download is not tried at every run.
    const before = await builtBefore(goCache, engine(version));
    if (before !== undefined) return fromGo(before, pulumiHome);
    const launched = await launch(version, pulumiHome);
    if (launched !== undefined) return { path: [dirname(launched)], origin: "npm launcher", built: {} };
    return fromGo(await buildFromGo(goCache, engine(version)), pulumiHome);
}

/** The CLI warns about a language host that is not beside it, and about plugins that are. */
async function fromGo(built: Record<string, string>, pulumiHome: string): Promise<Cli> {
    const bin = join(pulumiHome, "bin");
    await mkdir(bin, { recursive: true });
    for (const name of ["pulumi", "pulumi-language-nodejs"]) {
        // Hard links, since the CLI looks beside the file a symbolic link points to.
        const [have, want] = await Promise.all([lstat(join(bin, name)).catch(() => undefined), stat(built[name]!)]);
        if (have?.ino === want.ino) continue;
        const draft = join(bin, `${name}.new`);
        await rm(draft, { force: true });
        await link(built[name]!, draft);
        await rename(draft, join(bin, name));
    }
    return { path: [bin], origin: "Go modules", built };
}

/** The launcher in node_modules/.bin is on PATH inside npm scripts, but it is the second way, not the first. */
async function pulumiOnPath(): Promise<string | undefined> {
    for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
        if (folder === "" || folder.includes("node_modules")) continue;
        const candidate = join(folder, "pulumi");
        if (await isExecutable(candidate)) return candidate;
    }
    return undefined;
}

/** The launcher downloads the CLI into PULUMI_HOME/versions; after the first time that is all there is to look for. */
async function launch(version: string, pulumiHome: string): Promise<string | undefined> {
    const binary = join(pulumiHome, "versions", version, "bin", "pulumi");
    if (await isExecutable(binary)) return binary;
    return part(`download Pulumi ${version}`, async () => {
        const launcher = join(projectFolder, "node_modules", "pulumi", "run.js");
        const env = { PULUMI_VERSION: version, PULUMI_HOME: pulumiHome };
        const worked = await succeeds(process.execPath, [launcher, "version"], {
            env,
            timeout: DOWNLOAD_SECONDS * 1000,
        });
        if (!worked) say("    cannot be downloaded from here: it will be built from source instead");
        return worked && (await isExecutable(binary)) ? binary : undefined;
    });
}

async function isExecutable(path: string): Promise<boolean> {
    return access(path, constants.X_OK).then(
        () => true,
        () => false,
    );
}

/** Compares versions number by number. */
export function isAtLeast(found: string, wanted: string): boolean {
    const [a, b] = [found, wanted].map((text) => text.split(/[.-]/).slice(0, 3).map(Number));
    for (let i = 0; i < 3; i++) {
        if ((a![i] ?? 0) !== (b![i] ?? 0)) return (a![i] ?? 0) > (b![i] ?? 0);
    }
    return true;
}
