/**
 * The code blocks of the documents. The word behind the language on a block's first line says what it is for, and by
 * that how it is tested: every block has one of those below, so that a new one cannot be forgotten.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { projectFolder } from "../../tools/cache";

/** What each kind is, by language. */
export const KINDS: Record<string, Record<string, string>> = {
    sh: {
        clone: "in a clone, on a machine where the lab runs",
        lab: "in a clone, beside the lab that is up",
        site: "in a clone, for a site of one's own",
        program: "in the folder of a program of one's own, beside the clone",
        example: "in examples/own-stack",
        team: "in the repository of docs/environments.md, beside the clone, in the order of the page",
        host: "as root on a load-balancer host",
        firewall: "as root on a load-balancer host with a firewall of its own",
        upgrade: "as root on a load-balancer host of the former Debian release",
        node: "as root on a Proxmox node",
        cluster: "on a machine of the Kubernetes cluster, with programs of the cluster",
        job: "in a job of continuous integration",
    },
    yaml: {
        stack: "a whole Pulumi.NAME.yaml",
        part: "some keys of one",
        environment: "a settings file of examples/environments",
        project: "a Pulumi.yaml",
        cluster: "a file of the Kubernetes cluster's own",
    },
    ts: { program: "a whole program of one's own" },
    json: { policies: "a file for --policy-pack-config" },
    text: { output: "what a command prints, or text to compare with" },
};

export interface Block {
    /** Relative to the project's folder. */
    file: string;
    /** Of the first line inside. */
    line: number;
    language: string;
    kind: string;
    text: string;
}

/**
 * Documents for users, relative to the project's folder; decisions and the changelog tell of their day and are left as
 * they are.
 */
export function documents(): string[] {
    return ["README.md", "CONTRIBUTING.md", ...below("docs"), ...below("examples")]
        .filter((name) => !name.startsWith(join("docs", "decisions", "0")))
        .sort();
}

/**
 * Documents in a folder. An example that was installed has a link to this very checkout among its packages, so these
 * are never entered.
 */
function below(folder: string): string[] {
    return readdirSync(join(projectFolder, folder), { withFileTypes: true }).flatMap((entry) => {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) return entry.name === "node_modules" ? [] : below(path);
        return entry.isFile() && entry.name.endsWith(".md") ? [path] : [];
    });
}

/** All blocks of a document; one whose fence is never closed reaches to the end, and is then most likely of no kind. */
export function blocksOf(file: string): Block[] {
    const found: Block[] = [];
    let open: { block: Block; fence: string; lines: string[] } | undefined;
    const lines = readFileSync(join(projectFolder, file), "utf8").split("\n");
    for (const [index, line] of lines.entries()) {
        if (open !== undefined) {
            if (line.trim() === open.fence) {
                found.push({ ...open.block, text: open.lines.map((each) => `${each}\n`).join("") });
                open = undefined;
            } else {
                open.lines.push(line);
            }
            continue;
        }
        const [, fence, info] = /^ *(`{3,}|~{3,})(.*)$/.exec(line) ?? [];
        if (fence === undefined) continue;
        const [language = "", kind = ""] = (info ?? "").trim().split(/\s+/);
        open = { fence, lines: [], block: { file, line: index + 2, language, kind, text: "" } };
    }
    if (open !== undefined)
        found.push({ ...open.block, kind: `${open.block.kind} (never closed)`, text: open.lines.join("\n") });
    return found;
}

export function allBlocks(): Block[] {
    return documents().flatMap(blocksOf);
}

export function isKnown({ language, kind }: Block): boolean {
    return KINDS[language]?.[kind] !== undefined;
}

/** As an editor can jump to it. */
export function place({ file, line }: Block): string {
    return `${file}:${line}`;
}

/** The one block of a document of that kind which holds `having`; throws when there is none or more than one. */
export function theBlock(file: string, language: string, kind: string, having = ""): Block {
    const found = blocksOf(file).filter(
        (block) => block.language === language && block.kind === kind && block.text.includes(having),
    );
    if (found.length !== 1)
        throw new Error(
            `${file} has ${found.length} blocks "${language} ` +
                `${kind}"${having === "" ? "" : ` with ${JSON.stringify(having)}`}, not one`,
        );
    return found[0]!;
}

/** Where a relative link of a document leads, relative to the project's folder. */
export function target(file: string, link: string): string {
    return relative(projectFolder, join(projectFolder, dirname(file), decodeURIComponent(link)));
}
