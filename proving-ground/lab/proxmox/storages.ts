/**
 * The storages of each node: `local` for files and `local-lvm` for disks, as a fresh PVE has them, and what else people
 * have: a pool of ZFS, disks as files, and an NFS share. Only that is shared: a disk or an image on any other is not on
 * the other node.
 *
 * Files are real, below the state folder; disks exist in guests' configurations only (the hypervisor keeps the one that
 * matters).
 */
import { existsSync, mkdirSync, openSync, readSync, closeSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Version } from "./access/privileges";
import { badParameters, refused } from "./errors";
import { drivesOf } from "./config/drives";
import { type DriveStorages } from "./config/normalise";
import { GIB } from "./config/sizes";
import { formatOf } from "./config/volumes";
import { IMAGE_DISK_SIZE, imageName } from "./images";
import { NODES } from "./nodes";
import { type StateStore } from "./state";

interface Storage {
    type: string;
    content: string[];
    path?: string;
    shared?: boolean;
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

/** What is listed of what lies there: more than can be downloaded. */
const FILES: Record<string, RegExp> = {
    import: /\.(ova|ovf|qcow2|raw|vmdk)$/,
    iso: /\.(iso|img)$/i,
    vztmpl: /\.tar\.(gz|xz|zst|bz2)$/i,
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
            "local-zfs": { type: "zfspool", content: ["images", "rootdir"] },
            "local-files": { type: "dir", content: ["images"], path: "/srv/images" },
            nfs: { type: "nfs", content: ["images", "import"], path: "/mnt/pve/nfs", shared: true },
        };
        for (const [name, { path }] of Object.entries(this.storages))
            for (const node of NODES)
                for (const folder of path === undefined ? [] : Object.values(FOLDERS))
                    mkdirSync(join(this.root(node, name), folder), { recursive: true });
    }

    /** GET /storage and GET /storage/{storage}: the cluster-wide definition. */
    definition(storage: string): Record<string, unknown> {
        const { type, content, path } = this.find(storage);
        return {
            storage,
            type,
            content: content.join(","),
            ...(path === undefined ? {} : { path }),
            ...(this.isShared(storage) ? { shared: 1 } : {}),
        };
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
            shared: this.isShared(storage) ? 1 : 0,
            total: TOTAL,
            used,
            avail: TOTAL - used,
        };
    }

    /** What is on a storage of a node, disks and files alike. */
    content(node: string, storage: string): ContentEntry[] {
        const { content } = this.find(storage);
        return [
            ...(content.includes("images") ? this.disks(node, storage) : []),
            ...this.files(node, storage, content),
        ];
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
    file(node: string, storage: string, content: string, name: string): { real: string; shown: string } {
        const folder = FOLDERS[content] ?? content;
        const { path = "" } = this.find(storage);
        return { real: join(this.root(node, storage), folder, name), shown: `${path}/${folder}/${name}` };
    }

    /** DELETE of a volume. Like PVE, a disk is not removed from under the guest that owns it. */
    removeContent(node: string, volid: string): void {
        const disk = /^[^:]+:(?:\d+\/)?(?:vm|base)-(\d+)-/.exec(volid);
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
            keepsFiles: (storage) => this.keepsFiles(storage),
            image: (volid) => ({ name: this.image(node, volid), size: IMAGE_DISK_SIZE }),
        };
    }

    assertHoldsDisks(storage: string): void {
        if (this.find(storage).content.includes("images")) return;
        throw badParameters({ storage: `storage '${storage}' does not support vm images` });
    }

    isShared(storage: string): boolean {
        return this.storages[storage]?.shared === true;
    }

    /** Whether it keeps disks as files. */
    keepsFiles(storage: string): boolean {
        return this.find(storage).path !== undefined;
    }

    /** Whether a guest has a drive that another node cannot reach. The one of cloud-init counts. */
    holdsLocally(config: Record<string, string | number>): boolean {
        return drivesOf(config).some(([, { file }]) => file.includes(":") && !this.isShared(file.split(":")[0]!));
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
        return storage !== undefined && this.storages[storage]?.path !== undefined
            ? this.file(node, storage, content!, name!)
            : undefined;
    }

    private files(node: string, storage: string, kinds: string[]): ContentEntry[] {
        const { path } = this.find(storage);
        const folders = path === undefined ? [] : kinds.filter((content) => content in FOLDERS);
        return folders.flatMap((content) =>
            readdirSync(this.file(node, storage, content, "").real)
                // Downloads in progress have a name that is no file's of that kind.
                .filter((name) => FILES[content]?.test(name) ?? true)
                .map((name) => {
                    const { size, ctimeMs } = statSync(this.file(node, storage, content, name).real);
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
            .filter((guest) => guest.node === node || this.isShared(storage))
            .flatMap(({ vmid, config, volumes }) =>
                drivesOf(config)
                    .map(([, { file }]) => file)
                    .filter((file) => file.startsWith(`${storage}:`) && file in volumes)
                    .map((volid) => ({
                        volid,
                        content: "images",
                        format: formatOf(volid),
                        size: volumes[volid]?.size ?? 0,
                        vmid,
                    })),
            );
    }

    private root(node: string, storage: string): string {
        return join(this.directory, "storage", this.isShared(storage) ? "shared" : node, storage);
    }
}

/** The beginning of a file: a real image, put here by mistake, can be large. */
export function head(file: string): string {
    const buffer = Buffer.alloc(256);
    const descriptor = openSync(file, "r");
    try {
        return buffer.toString("utf8", 0, readSync(descriptor, buffer));
    } finally {
        closeSync(descriptor);
    }
}
