/** Builds the Pulumi CLI, its Node.js language host and the Proxmox plugin from pinned Go modules: the way where nothing else can be had. */
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, access } from "node:fs/promises";
import { join } from "node:path";
import { part } from "../tools/progress";
import { run, succeeds, UserError } from "../tools/run";
import { projectFolder } from "../tools/cache";
import { withLock } from "../lab/lock";

const SOURCES = join(projectFolder, "toolchain", "go");

/** `go build` of the oldest release that can fetch the one the modules ask for by itself. */
const OLDEST_GO = "1.21";

/** What one build makes, and how. `folder` is a scratch copy of toolchain/go/<module>, which the build may change. */
interface Recipe {
    title: string;
    module: "pulumi" | "language-nodejs";
    binaries: string[];
    build: (folder: string, out: string) => Promise<void>;
}

const environment = { CGO_ENABLED: "0", GOFLAGS: "-buildvcs=false -mod=readonly" };
const go = (folder: string, args: string[]): Promise<string> => run("go", args, { cwd: folder, env: environment });
const build = (folder: string, output: string, packages: string[], ldflags = "-s -w"): Promise<string> =>
    go(folder, ["build", "-trimpath", "-ldflags", ldflags, "-o", output, ...packages]);

/** The CLI and the Proxmox plugin share a module, and with it most of what is downloaded and compiled. */
function engineAndProxmox(version: string): Recipe {
    return {
        title: `build Pulumi ${version} and its Proxmox plugin from Go modules`,
        module: "pulumi",
        binaries: ["pulumi", "pulumi-resource-proxmoxve"],
        async build(folder, out) {
            const ldflags = `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`;
            await build(folder, join(out, "pulumi"), ["github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"], ldflags);
            // The plugin embeds its own schema, which the bridge generates from the Terraform provider.
            await build(folder, join(folder, "generate"), ["./cmd/tfgen"]);
            await run(join(folder, "generate"), ["schema", "--out", join(folder, "generated")], { cwd: folder });
            await cp(join(folder, "generated", "schema.json"), join(folder, "cmd", "pulumi-resource-proxmoxve", "schema.json"));
            await cp(join(folder, "generated", "bridge-metadata.json"), join(folder, "info", "bridge-metadata.json"));
            await build(folder, join(out, "pulumi-resource-proxmoxve"), ["./cmd/pulumi-resource-proxmoxve"]);
        },
    };
}

/** The language host's own module has no release; the last SDK module that contains it does, and still speaks to today's engine. */
const languageHost: Recipe = {
    title: "build Pulumi's Node.js language host from Go modules",
    module: "language-nodejs",
    binaries: ["pulumi-language-nodejs"],
    async build(folder, out) {
        await build(folder, join(out, "pulumi-language-nodejs"), ["github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs"]);
    },
};

/** The binaries of an earlier build, by name; undefined when one is missing. */
export async function builtBefore(cache: string, version: string): Promise<Record<string, string> | undefined> {
    const recipes = [engineAndProxmox(version), languageHost];
    const folders = await Promise.all(recipes.map((recipe) => targetOf(recipe, cache)));
    const done = await Promise.all(folders.map((folder) => exists(join(folder, "done"))));
    return done.every(Boolean) ? byName(recipes, folders) : undefined;
}

/** Builds what is not in `cache` yet; gives back the binaries, by name. */
export async function buildFromGo(cache: string, version: string): Promise<Record<string, string>> {
    const before = await builtBefore(cache, version);
    if (before !== undefined) return before;
    await checkGo();
    const recipes = [engineAndProxmox(version), languageHost];
    const folders = await Promise.all(recipes.map((recipe) => withLock(`go-build/${recipe.module}`, () => built(recipe, cache))));
    return byName(recipes, folders);
}

function byName(recipes: Recipe[], folders: string[]): Record<string, string> {
    return Object.fromEntries(recipes.flatMap(({ binaries }, index) => binaries.map((binary) => [binary, join(folders[index]!, binary)])));
}

/** A folder of its own for each state of the sources. */
async function targetOf(recipe: Recipe, cache: string): Promise<string> {
    return join(cache, `${recipe.module}-${await fingerprint(join(SOURCES, recipe.module), recipe.build.toString())}`);
}

async function built(recipe: Recipe, cache: string): Promise<string> {
    const source = join(SOURCES, recipe.module);
    const target = await targetOf(recipe, cache);
    if (await exists(join(target, "done"))) return target;
    await mkdir(cache, { recursive: true });
    const scratch = await mkdtemp(join(cache, "build-"));
    try {
        await part(recipe.title, async () => {
            await cp(source, join(scratch, "source"), { recursive: true });
            await mkdir(join(scratch, "out", "done"), { recursive: true });
            await recipe.build(join(scratch, "source"), join(scratch, "out"));
        });
        await rm(target, { recursive: true, force: true });
        await rename(join(scratch, "out"), target);
    } finally {
        await rm(scratch, { recursive: true, force: true });
    }
    return target;
}

async function checkGo(): Promise<void> {
    const found = (await succeeds("go", ["version"])) ? await run("go", ["env", "GOVERSION"]) : "";
    const [, major = "0", minor = "0"] = /go(\d+)\.(\d+)/.exec(found) ?? [];
    const [needMajor = 0, needMinor = 0] = OLDEST_GO.split(".").map(Number);
    if (Number(major) > needMajor || (Number(major) === needMajor && Number(minor) >= needMinor)) return;
    throw new UserError(
        `Pulumi is not on PATH, could not be downloaded, and cannot be built here because Go ${found === "" ? "is missing" : `is too old (${found.trim()})`}: ` +
        `install Pulumi (https://www.pulumi.com/docs/install/) or Go ${OLDEST_GO} or newer, and run again.`,
    );
}

/** Changes whenever a file of the module, or how it is built, changes. */
async function fingerprint(folder: string, how: string): Promise<string> {
    const hash = createHash("sha256").update(how);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile() && entry.name !== "schema.json").map((entry) => join(entry.parentPath, entry.name)).sort();
    for (const file of files) hash.update(file.slice(folder.length)).update(await readFile(file));
    return hash.digest("hex").slice(0, 12);
}

async function exists(path: string): Promise<boolean> {
    return access(path).then(() => true, () => false);
}
