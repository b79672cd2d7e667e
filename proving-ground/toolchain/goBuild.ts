/** Builds programs from pinned Go modules: the way where nothing else can be had. What is built is in recipes/. */
import { createHash } from "node:crypto";
import { chmod, copyFile, cp, mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { projectFolder } from "../../tools/cache";
import { exists } from "../../tools/exists";
import { withLock } from "../../tools/lock";
import { part } from "../../tools/progress";
import { run, succeeds, UserError } from "../../tools/run";
import { type Recipe, type RecipeSet } from "./recipes/recipe";

const SOURCES = join(projectFolder, "proving-ground", "toolchain", "go");

/** `go build` of the oldest release that can fetch the one the modules ask for by itself. */
const OLDEST_GO = "1.21";

/** The binaries of an earlier build, by name; undefined when one is missing. */
export async function builtBefore(cache: string, { recipes }: RecipeSet): Promise<Record<string, string> | undefined> {
    const folders = await Promise.all(recipes.map((recipe) => targetOf(recipe, cache)));
    const done = await Promise.all(folders.map((folder) => exists(join(folder, "done"))));
    return done.every(Boolean) ? byName(recipes, folders) : undefined;
}

/** Builds what is not in `cache` yet; returns the binaries, by name. */
export async function buildFromGo(cache: string, set: RecipeSet): Promise<Record<string, string>> {
    const before = await builtBefore(cache, set);
    if (before !== undefined) return before;
    await checkGo(set);
    const folders = await Promise.all(
        set.recipes.map((recipe) => withLock(`go-build/${recipe.module}`, () => built(recipe, cache))),
    );
    return byName(set.recipes, folders);
}

function byName(recipes: Recipe[], folders: string[]): Record<string, string> {
    return Object.fromEntries(
        recipes.flatMap(({ binaries }, index) => binaries.map(({ name }) => [name, join(folders[index]!, name)])),
    );
}

/** A folder of its own for each state of the sources. */
async function targetOf(recipe: Recipe, cache: string): Promise<string> {
    return join(cache, `${recipe.module}-${await fingerprint(recipe)}`);
}

async function built(recipe: Recipe, cache: string): Promise<string> {
    const target = await targetOf(recipe, cache);
    if (await exists(join(target, "done"))) return target;
    await mkdir(cache, { recursive: true });
    const scratch = await mkdtemp(join(cache, "build-"));
    try {
        await part(recipe.title, async () => {
            await cp(join(SOURCES, recipe.module), join(scratch, "source"), { recursive: true });
            await mkdir(join(scratch, "out", "done"), { recursive: true });
            await make(recipe, join(scratch, "source"), join(scratch, "out"));
        });
        await rm(target, { recursive: true, force: true });
        await rename(join(scratch, "out"), target);
    } finally {
        await rm(scratch, { recursive: true, force: true });
    }
    return target;
}

async function make(recipe: Recipe, folder: string, out: string): Promise<void> {
    for (const { name, package: packageName, variables, beside = [], before } of recipe.binaries) {
        await before?.(folder, goBuild);
        await goBuild(folder, join(out, name), packageName, variables);
        for (const file of beside) await copyFrom(folder, packageName, file, out);
    }
}

async function copyFrom(folder: string, packageName: string, file: string, out: string): Promise<void> {
    const source = (await run("go", ["list", "-find", "-f", "{{.Dir}}", packageName], { cwd: folder })).trim();
    await copyFile(join(source, file), join(out, basename(file)));
    await chmod(join(out, basename(file)), 0o755);
}

/** Static, without symbols and without a trace of the folder it was built in. */
function goBuild(
    folder: string,
    output: string,
    packageName: string,
    variables: Record<string, string> = {},
): Promise<string> {
    const ldflags = ["-s -w", ...Object.entries(variables).map(([name, value]) => `-X ${name}=${value}`)].join(" ");
    return run("go", ["build", "-trimpath", "-ldflags", ldflags, "-o", output, packageName], {
        cwd: folder,
        env: { CGO_ENABLED: "0", GOFLAGS: "-buildvcs=false -mod=readonly" },
    });
}

async function checkGo({ withoutGo, instead }: RecipeSet): Promise<void> {
    const found = (await succeeds("go", ["version"])) ? await run("go", ["env", "GOVERSION"]) : "";
    const [, major = "0", minor = "0"] = /go(\d+)\.(\d+)/.exec(found) ?? [];
    const [needMajor = 0, needMinor = 0] = OLDEST_GO.split(".").map(Number);
    if (Number(major) > needMajor || (Number(major) === needMajor && Number(minor) >= needMinor)) return;
    throw new UserError(
        `${withoutGo} because Go ${found === "" ? "is missing" : `is too old (${found.trim()})`}: ` +
            `${instead ?? "install"} Go ${OLDEST_GO} or newer, and run again.`,
    );
}

/** Changes whenever a file of the module, or how it is built, changes. */
async function fingerprint({ module, binaries }: Recipe): Promise<string> {
    const hash = createHash("sha256").update(goBuild.toString());
    for (const { before, ...binary } of binaries) hash.update(JSON.stringify(binary)).update(before?.toString() ?? "");
    const folder = join(SOURCES, module);
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const files = entries
        .filter((entry) => entry.isFile() && entry.name !== "schema.json")
        .map((entry) => join(entry.parentPath, entry.name))
        .sort();
    for (const file of files) hash.update(file.slice(folder.length)).update(await readFile(file));
    return hash.digest("hex").slice(0, 12);
}
