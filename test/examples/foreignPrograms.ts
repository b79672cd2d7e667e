/** The programs of examples/languages in a reader's clone, with what runs them. */
import { appendFile, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ensureLanguage } from "../../proving-ground/toolchain/languages";
import type { Language } from "../../proving-ground/toolchain/recipes/languages";
import { run, succeeds } from "../../tools/run";
import type { Reader } from "../docs/ownPrograms";

/** Go and Java only when they are asked for: minutes of processor time for a program, and a JDK with Maven. */
export const LANGUAGES = (process.env["HA_API_TEST_LANGUAGES"] ?? "yaml,python").split(",") as Language[];

/** What a language's programs need beside Pulumi, as a command that succeeds where it is there. */
const NEEDED: Partial<Record<Language, [string, ...string[]]>> = {
    python: ["python3", "-m", "venv", "--help"],
    go: ["go", "version"],
    java: ["mvn", "--version"],
};

/** What `pulumi package add` does when it has made the package: it names it in the program's files, and installs it. */
const LINK: Partial<Record<Language, string>> = {
    python:
        "echo sdks/ha-api-load-balancer >> requirements.txt\n" +
        "python3 -m venv venv\n" +
        "venv/bin/pip install --quiet --disable-pip-version-check --requirement requirements.txt\n",
    go:
        "go mod edit -replace example.com/pulumi-ha-api-load-balancer/sdk/go=./sdks/ha-api-load-balancer\n" +
        "go mod tidy\n",
};

/**
 * The engine of the toolchain cannot run the clone itself as a plugin, as it does where `package add` has named it: its
 * Node.js language host is too old. It starts the clone's executable instead.
 */
const PLUGIN = "plugins:\n  providers:\n    - name: ha-api-load-balancer\n      path: ../../../plugin\n";

export interface ForeignProgram {
    language: Language;
    folder: string;
    /** Runs shell text in its folder; returns all output, that of errors too, and rejects with it. */
    run: (text: string, input?: string) => Promise<string>;
}

/** Why programs of the language cannot run on this machine; undefined where they can. */
export async function noRuntime(language: Language): Promise<string | undefined> {
    const [command, ...args] = NEEDED[language] ?? [];
    if (command === undefined || (await succeeds(command, args))) return undefined;
    return `a program in ${language} needs: ${[command, ...args].join(" ")}`;
}

/** The example as it is in the clone, but for what `change` makes of its files, and what `package add` would add. */
export async function foreignProgram(
    reader: Reader,
    language: Language,
    change: (text: string) => string = (text) => text,
): Promise<ForeignProgram> {
    const folder = join(reader.clone, "examples", "languages", language);
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile()) continue;
        const file = join(entry.parentPath, entry.name);
        await writeFile(file, change(await readFile(file, "utf8")));
    }
    await appendFile(join(folder, "Pulumi.yaml"), PLUGIN);
    const { environment, forPackages } = await ensureLanguage(language);
    const settings = await caches();
    // The Python host of the toolchain runs what it finds first, and does not know of Pulumi.yaml's virtualenv.
    const first = language === "python" ? `${join(folder, "venv", "bin")}:` : "";
    const shell = (path: string, text: string, input?: string): Promise<string> =>
        reader.run(`export PATH='${first}${path}'${settings}\nexec 2>&1\n${text}`, folder, input);
    if (language !== "yaml") {
        await shell(
            forPackages.PATH,
            `pulumi package gen-sdk ../../../schema.json --language ${language} --local --out sdks\n` +
                `mv sdks/${language} sdks/ha-api-load-balancer\n`,
        );
        await shell(environment.PATH, LINK[language] ?? "");
    }
    return { language, folder, run: (text, input) => shell(environment.PATH, text, input) };
}

/** What this machine has fetched and compiled once is found from the reader's home folder as well. */
async function caches(): Promise<string> {
    const pip = (await succeeds("python3", ["-m", "pip", "--version"]))
        ? [`PIP_CACHE_DIR='${(await run("python3", ["-m", "pip", "cache", "dir"])).trim()}'`]
        : [];
    const go = (await succeeds("go", ["version"]))
        ? (await run("go", ["env", "GOMODCACHE", "GOCACHE"]))
              .trim()
              .split("\n")
              .map((folder, index) => `${["GOMODCACHE", "GOCACHE"][index]}='${folder}'`)
        : [];
    return [...pip, ...go].map((setting) => ` ${setting}`).join("");
}
