/** The toolchain for programs in other languages than TypeScript. */
import { delimiter, dirname, join } from "node:path";
import { cacheFolder } from "../../tools/cache";
import { buildFromGo } from "./goBuild";
import { ensureToolchain, type Toolchain } from "./index";
import { languageHosts, packageGenerators } from "./recipes/languages";
import { type RecipeSet } from "./recipes/recipe";

export interface Languages extends Toolchain {
    /** The same environment, for `pulumi package gen-sdk`. */
    forPackages: Toolchain["environment"];
}

let ready: Promise<Languages> | undefined;

/** Looked for once in each process. */
export function ensureLanguages(): Promise<Languages> {
    return (ready ??= makeReady());
}

/** The same toolchain; a CLI that was built has no other language hosts beside it, so that they are built too. */
async function makeReady(): Promise<Languages> {
    const toolchain = await ensureToolchain();
    const { environment } = toolchain;
    if (toolchain.origin !== "Go modules") return { ...toolchain, forPackages: environment };
    const hosts = await folders(languageHosts);
    const generators = await folders(packageGenerators);
    const path = (first: string[]): Toolchain["environment"] => ({
        ...environment,
        PATH: [...first, environment.PATH].join(delimiter),
    });
    return { ...toolchain, environment: path(hosts), forPackages: path(generators) };
}

async function folders(set: RecipeSet): Promise<string[]> {
    const built = await buildFromGo(join(cacheFolder, "toolchain"), set);
    return [...new Set(Object.values(built).map((binary) => dirname(binary)))];
}
