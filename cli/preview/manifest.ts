/**
 * What the configuration step of a host reads (components/render/host.ts writes it): its files, and for each service
 * what it declares that a change of them takes.
 */

export interface ManifestFile {
    path: string;
    mode: string;
    content: string;
}

export interface ManifestService {
    name: string;
    /** The values that its block has for a keyword, such as `reload-after`. */
    values: (keyword: string) => string[];
}

export interface Manifest {
    address: string;
    /** Absent where the host finds it by its address. */
    interface?: string;
    files: ManifestFile[];
    /** Files made on the host from a credential, with the credential's name. */
    credentials: { path: string; credential: string }[];
    /** The word whose change upgrades packages, and the packages; absent where it was never used. */
    upgrade?: string;
    services: ManifestService[];
}

const BEGIN = "==== ";

/** Undefined for a text that is no manifest, or was cut off. */
export function readManifest(text: string): Manifest | undefined {
    if (!text.startsWith(`${BEGIN}host `) || !text.endsWith(`${BEGIN}end\n`)) return undefined;
    const blocks = text
        .slice(BEGIN.length)
        .split(`\n${BEGIN}`)
        .map((block) => {
            const end = block.indexOf("\n");
            const head = end < 0 ? block : block.slice(0, end);
            const [keyword = "", ...words] = head.split(" ");
            // The separator took the last line break.
            return { keyword, words, body: end < 0 ? "" : `${block.slice(end + 1)}\n` };
        });
    const of = (wanted: string) => blocks.filter(({ keyword }) => keyword === wanted);
    const [host] = of("host");
    const [upgrade] = of("upgrade");
    return {
        address: host!.words[0] ?? "",
        ...(host!.words[1] === undefined ? {} : { interface: host!.words[1] }),
        files: of("file").map(({ words: [path = "", mode = ""], body }) => ({ path, mode, content: body })),
        credentials: of("credential").map(({ words: [path = "", credential = ""] }) => ({ path, credential })),
        ...(upgrade === undefined ? {} : { upgrade: upgrade.words.join(" ") }),
        services: of("service").map(({ words: [name = ""], body }) => ({
            name,
            values: (keyword) =>
                body
                    .split("\n")
                    .filter((line) => line.startsWith(`${keyword} `))
                    .map((line) => line.slice(keyword.length + 1)),
        })),
    };
}

export const fileOf = (manifest: Manifest | undefined, path: string): ManifestFile | undefined =>
    manifest?.files.find((file) => file.path === path);
