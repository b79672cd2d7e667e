/**
 * The storages of each node: `local` for files and `local-lvm` for disks, as a fresh PVE has them. Neither is shared,
 * so a disk or an image on one node is not on the other.
 *
 * Files are real, below the state folder; disks exist in guests' configurations only (the hypervisor keeps the one that
 * matters).
 */
import { existsSync, mkdirSync, openSync, readSync, closeSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Version } from "./access/privileges";
import { badParameters, refused } from "./errors";
import { drivesOf, isCloudInit } from "./config/drives";
import { type DriveStorages } from "./config/normalise";
import { GIB } from "./config/sizes";
import { IMAGE_DISK_SIZE, imageName } from "./images";
import { NODES } from "./nodes";
import { type StateStore } from "./state";

interface Storage {
    type: string;
    content: string[];
    path?: string;
}

/** What a fresh installation lets `local` hold. */
const LOCAL: Record<Version, string[]> = {
    "8.4": ["iso", "vztmpl", "backup"],
    "9.1": ["iso", "vztmpl", "backup", "import"],
};

/** Where PVE keeps each kind of file below a storage's path. */
const FOLDERS: Record<string, string> = {
    import: "import",
    iso: "template/iso",
    vztmpl: "template/cache",
    snippets: "snippets",
    backup: "dump",
};

/** File names PVE accepts for a download of that kind. */
const FILE_NAMES: Record<string, { pattern: RegExp; refusal: string }> = {
    import: { pattern: /^[\w.+=~-]+\.(ova|qcow2|raw|vmdk)$/, refusal: "invalid filename or wrong extension" },
    iso: { pattern: /^[^/]+\.(iso|img)$/i, refusal: "wrong file extension" },
    vztmpl: { pattern: /^[^/]+\.tar\.(gz|xz|zst|bz2)$/i, refusal: "wrong file extension" },
};

const TOTAL = 100 * GIB;

/** An entry of a storage's content list. */
export interface ContentEntry {
    volid: string;
    content: string;
    format: string;
    size: number;
    ctime?: number;
    vmid?: number;
}

export class Storages {
    private readonly storages: Record<string, Storage>;

    constructor(
        private readonly directory: string,
        private readonly store: StateStore,
        version: Version,
    ) {
        this.storages = {
            local: { type: "dir", content: LOCAL[version], path: "/var/lib/vz" },
            "local-lvm": { type: "lvmthin", content: ["images", "rootdir"] },
        };
        for (const node of NODES) {
            for (const folder of Object.values(FOLDERS)) mkdirSync(join(this.root(node), folder), { recursive: true });
        }
    }

    /** GET /storage and GET /storage/{storage}: the cluster-wide definition. */
    definition(storage: string): Record<string, unknown> {
        const { type, content, path } = this.find(storage);
        return { storage, type, content: content.join(","), ...(path === undefined ? {} : { path }), shared: 0 };
    }

    names(): string[] {
        return Object.keys(this.storages);
    }

    /** Has a storage hold that, and nothing else. */
    allow(storage: string, content: string[]): void {
        this.find(storage).content = content;
    }

    status(storage: string): Record<string, unknown> {
        const { type, content } = this.find(storage);
        const used = 10 * GIB;
        return {
            type,
            content: content.join(","),
            active: 1,
            enabled: 1,
            shared: 0,
            total: TOTAL,
            used,
            avail: TOTAL - used,
        };
    }

    /** What is on a storage of a node, disks and files alike. */
    content(node: string, storage: string): ContentEntry[] {
        const { content } = this.find(storage);
        return content.includes("images") ? this.disks(node, storage) : this.files(node, storage, content);
    }

    /** A file's name as PVE would store it, or its refusal. */
    downloadName(storage: string, content: string, name: string): string {
        if (!this.find(storage).content.includes(content)) {
            throw refused(`storage '${storage}' is not configured for content-type '${content}'`);
        }
        const rule = FILE_NAMES[content];
        if (rule === undefined) throw new Error(`The schema lets ${content} be downloaded.`);
        const safe = name.replace(/[^-a-zA-Z0-9_.]/g, "_").replace(/^\.+/, "");
        if (!rule.pattern.test(safe)) throw badParameters({ filename: rule.refusal });
        return safe;
    }

    /** Where a file really is, and the path PVE would show for it. */
    file(node: string, content: string, name: string): { real: string; shown: string } {
        const folder = FOLDERS[content] ?? content;
        return { real: join(this.root(node), folder, name), shown: `/var/lib/vz/${folder}/${name}` };
    }

    /** DELETE of a volume. Like PVE, a disk is not removed from under the guest that owns it. */
    removeContent(node: string, volid: string): void {
        const disk = /^local-lvm:(?:vm|base)-(\d+)-/.exec(volid);
        if (disk !== null) {
            if (this.store.guest(Number(disk[1]))?.node === node) {
                throw refused(`Cannot remove image, a guest with VMID '${disk[1]}' exists!`);
            }
            throw refused(`no such volume '${volid}'`);
        }
        rmSync(this.existing(node, volid).real);
    }

    /** The view a guest on that node has of the storages. */
    on(node: string): DriveStorages {
        return {
            assertHoldsDisks: (storage) => this.assertHoldsDisks(storage),
            hasFile: (volid) => {
                const file = this.parse(node, volid);
                return file !== undefined && existsSync(file.real);
            },
            image: (volid) => ({ name: this.image(node, volid), size: IMAGE_DISK_SIZE }),
        };
    }

    assertHoldsDisks(storage: string): void {
        if (this.find(storage).content.includes("images")) return;
        throw badParameters({ storage: `storage '${storage}' does not support vm images` });
    }

    find(storage: string): Storage {
        const found = this.storages[storage];
        if (found === undefined) throw refused(`storage '${storage}' does not exist`);
        return found;
    }

    /** The root file system an image to be imported holds. */
    private image(node: string, volid: string): string {
        if (!/^[^:]+:import\//.test(volid)) {
            throw refused(
                `cannot import from '${volid}' - volume is not an image of content type 'images' or 'import'`,
            );
        }
        const { real, shown } = this.existing(node, volid);
        const name = imageName(head(real));
        if (name === undefined) throw refused(`qemu-img: Could not open '${shown}': Image is not in qcow2 format`);
        return name;
    }

    private existing(node: string, volid: string): { real: string; shown: string } {
        const file = this.parse(node, volid);
        if (file === undefined || !existsSync(file.real)) throw refused(`volume '${volid}' does not exist`);
        return file;
    }

    private parse(node: string, volid: string): { real: string; shown: string } | undefined {
        const [, storage, content, name] = /^([^:]+):(import|iso|vztmpl|snippets)\/([^/]+)$/.exec(volid) ?? [];
        return storage === "local" && content !== undefined && name !== undefined
            ? this.file(node, content, name)
            : undefined;
    }

    private files(node: string, storage: string, kinds: string[]): ContentEntry[] {
        return kinds.flatMap((content) =>
            readdirSync(this.file(node, content, "").real)
                // Downloads in progress.
                .filter((name) => !name.startsWith("."))
                .map((name) => {
                    const { size, ctimeMs } = statSync(this.file(node, content, name).real);
                    const format = content === "snippets" ? "snippet" : (name.split(".").pop() ?? "raw");
                    return {
                        volid: `${storage}:${content}/${name}`,
                        content,
                        format,
                        size,
                        ctime: Math.floor(ctimeMs / 1000),
                    };
                }),
        );
    }

    private disks(node: string, storage: string): ContentEntry[] {
        return this.store
            .guests()
            .filter((guest) => guest.node === node)
            .flatMap(({ vmid, config, volumes }) =>
                drivesOf(config)
                    .map(([, { file }]) => file)
                    .filter((file) => file.startsWith(`${storage}:`) && file in volumes)
                    .map((volid) => ({
                        volid,
                        content: "images",
                        format: "raw",
                        size: volumes[volid]?.size ?? 0,
                        vmid,
                    })),
            );
    }

    private root(node: string): string {
        return join(this.directory, "storage", node, "local");
    }
}

/** Whether a guest has disks another node cannot reach. Every storage of the lab is local, so: any disk. */
export function usesLocalStorage(config: Record<string, string | number>): boolean {
    return drivesOf(config).some(([, { file }]) => file.includes(":") && !isCloudInit(file));
}

/** The beginning of a file: a real image, put here by mistake, can be large. */
function head(file: string): string {
    const buffer = Buffer.alloc(256);
    const descriptor = openSync(file, "r");
    try {
        return buffer.toString("utf8", 0, readSync(descriptor, buffer));
    } finally {
        closeSync(descriptor);
    }
}
