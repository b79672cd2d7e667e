/** The toolchain for programs in other languages than TypeScript. */
import { delimiter, dirname, join } from "node:path";
import { cacheFolder } from "../../tools/cache";
import { buildFromGo } from "./goBuild";
import { ensureToolchain, type Toolchain } from "./index";
import { type Language, languageHosts, packageGenerators } from "./recipes/languages";
import { type RecipeSet } from "./recipes/recipe";

/** What programs in one language need. */
export interface ForLanguage extends Toolchain {
    /** The same environment, for `pulumi package gen-sdk`, where the language has packages. */
    forPackages: Toolchain["environment"];
}

const ready = new Map<Language, Promise<ForLanguage>>();

/** Looked for once in each process. */
export function ensureLanguage(language: Language): Promise<ForLanguage> {
    const known = ready.get(language) ?? makeReady(language);
    ready.set(language, known);
    return known;
}

/** The same toolchain; a CLI that was built has no other language hosts beside it, so that one is built too. */
async function makeReady(language: Language): Promise<ForLanguage> {
    const toolchain = await ensureToolchain();
    const { environment } = toolchain;
    if (toolchain.origin !== "Go modules") return { ...toolchain, forPackages: environment };
    const hosts = await folders(languageHosts[language]);
    const generators = language === "yaml" ? [] : await folders(packageGenerators[language]);
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
