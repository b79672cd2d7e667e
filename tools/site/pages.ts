/** Which files of the repository are pages of the site, and where links of the documents lead there. */
import { execFileSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { extname, join, posix } from "node:path";
import { projectFolder } from "../cache";

export interface Page {
    /** Relative to the site, such as `docs/guide.md`. */
    path: string;
    text: string;
}

/** Pages, and pictures by their paths in the repository. */
export interface Pages {
    pages: Page[];
    pictures: string[];
}

/** Bytes; recorded measurements are larger. */
const LARGE = 50_000;

const PICTURES = [".svg", ".png"];

const tracked = (): string[] =>
    execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
        cwd: projectFolder,
        encoding: "utf8",
    })
        .split("\n")
        .filter((file) => file !== "");

/** README becomes the front page; a README below is its folder's. */
const placeOf = (file: string): string => file.replace(/(^|\/)README\.md$/, "$1index.md");

/** A file that documents link to and that is no document has a page that shows it; web servers hide dot files. */
const sourceOf = (path: string): string => `source/${path.replace(/(^|\/)\./g, "$1dot-")}.md`;

/** Every document, rewritten for the site, and every file that one of them links to. */
export function pagesOfSite(): Pages {
    const files = tracked();
    const documents = files.filter(
        (file) => file.endsWith(".md") && (!file.includes("/") || /^(docs|examples)\//.test(file)),
    );
    const sources = new Set<string>();
    const pictures = new Set<string>();
    const pages = documents.map((file) => {
        const text = rewritten(readFileSync(join(projectFolder, file), "utf8"), (link, isPicture) => {
            if (/^([a-z]+:|#)/.test(link)) return link;
            const [path = "", anchor] = link.split("#");
            const to = posix.join(posix.dirname(file), decodeURIComponent(path)).replace(/\/$/, "");
            const suffix = anchor === undefined ? "" : `#${anchor}`;
            if (documents.includes(to)) return `/${placeOf(to)}${suffix}`;
            if (isPicture && PICTURES.includes(extname(to))) {
                pictures.add(to);
                return `/${to}`;
            }
            sources.add(to);
            return `/${sourceOf(to)}`;
        });
        return { path: placeOf(file), text };
    });
    // A reader copies from examples; of other folders the names are enough.
    for (const path of sources)
        if (path.startsWith("examples/") && isFolder(path))
            for (const file of below(files, path)) if (!documents.includes(file)) sources.add(file);
    const pageOf = (path: string): string | undefined => {
        if (documents.includes(path)) return `/${placeOf(path)}`;
        return sources.has(path) ? `/${sourceOf(path)}` : undefined;
    };
    return {
        pages: [...pages, ...[...sources].map((path) => sourcePage(path, files, pageOf))],
        pictures: [...pictures],
    };
}

const isFolder = (path: string): boolean => statSync(join(projectFolder, path)).isDirectory();

const below = (files: string[], folder: string): string[] => files.filter((file) => file.startsWith(`${folder}/`));

/** Left out of the search: what is searched for is in the documents. */
function sourcePage(path: string, files: string[], pageOf: (path: string) => string | undefined): Page {
    const head = `---\nsearch: false\n---\n\n# ${posix.basename(path)}\n\n\`${path}\` in the repository.\n\n`;
    if (isFolder(path)) {
        const items = below(files, path).map((file) => {
            const page = pageOf(file);
            return page === undefined ? `- \`${file}\`` : `- [${file}](${page})`;
        });
        return { path: sourceOf(path), text: `${head}${items.join("\n")}\n` };
    }
    if (statSync(join(projectFolder, path)).size > LARGE)
        return { path: sourceOf(path), text: `${head}It is too large to be shown here.\n` };
    const text = readFileSync(join(projectFolder, path), "utf8").trimEnd();
    const fence = "`".repeat(Math.max(3, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length + 1)));
    return { path: sourceOf(path), text: `${head}${fence}${languageOf(path)}\n${text}\n${fence}\n` };
}

const LANGUAGES: Record<string, string> = {
    ".ts": "ts",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".json": "json",
    ".sh": "sh",
};

const languageOf = (path: string): string => LANGUAGES[extname(path)] ?? "text";

/** Links outside of code, and comments of the generator of documents taken out. */
function rewritten(text: string, link: (target: string, isPicture: boolean) => string): string {
    let fence: string | undefined;
    let isSkipped = false;
    const lines: string[] = [];
    for (const line of text.split("\n")) {
        const [, ticks] = /^ *(`{3,})/.exec(line) ?? [];
        if (fence !== undefined) {
            if (line.trim() === fence) fence = undefined;
        } else if (ticks !== undefined) {
            fence = ticks;
        } else {
            isSkipped = /^<!-- .* -->$/.test(line);
        }
        if (!isSkipped || fence !== undefined) lines.push(fence === undefined ? withLinks(line, link) : line);
    }
    return lines.join("\n");
}

function withLinks(line: string, link: (target: string, isPicture: boolean) => string): string {
    // `code` is passed over.
    return line.replace(
        /(`[^`]*`)|(\]\()([^)\s]+)\)/g,
        (all: string, code: string | undefined, before: string, target: string, offset: number) => {
            if (code !== undefined) return code;
            const isPicture = /!\[[^\]]*$/.test(line.slice(0, offset));
            return all === "" ? all : `${before}${link(target, isPicture)})`;
        },
    );
}
