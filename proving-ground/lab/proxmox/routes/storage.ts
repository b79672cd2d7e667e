/** Storages: what they are, what is on them, and downloading a file to one. */
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync, renameSync, rmSync } from "node:fs";
import { pipeline } from "node:stream/promises";
import { and, anyOn, type Check, everybody, on, or } from "../access/checks";
import { outside, seesStorage, STORAGE } from "../access/objects";
import { type Api, type Call, type Proxmox } from "../api";
import { fileNameOf, open } from "../download";
import { refused } from "../errors";
import { imageName } from "../images";
import { splitList } from "../schema/format";
import { type ContentEntry, head } from "../storages";
import { type TaskLog } from "../tasks";

interface Checksum {
    algorithm: string;
    expected: string;
}

export function storageRoutes(api: Api, pve: Proxmox): void {
    const { storages, tasks } = pve;

    const visible = ({ caller }: Call): string[] =>
        storages
            .names()
            .filter((name) => caller.may(anyOn(`/storage/${name}`, "Datastore.Audit", "Datastore.AllocateSpace")));

    api.get("/storage", everybody, (call) => visible(call).map((name) => storages.definition(name)));
    api.get("/storage/:storage", on(STORAGE, "Datastore.Allocate"), (call) =>
        storages.definition(call.path("storage")),
    );

    api.get("/nodes/:node/storage", everybody, (call) => {
        const kinds = splitList(call.input.text("content") ?? "");
        return visible(call)
            .filter(
                (storage) => kinds.length === 0 || kinds.some((kind) => storages.find(storage).content.includes(kind)),
            )
            .map((storage) => ({ storage, ...storages.status(storage) }));
    });
    api.get("/nodes/:node/storage/:storage/status", seesStorage, (call) => storages.status(call.path("storage")));

    api.get("/nodes/:node/storage/:storage/content", seesStorage, (call) => {
        const kind = call.input.text("content");
        return storages
            .content(call.path("node"), call.path("storage"))
            .filter((entry) => (kind === undefined || entry.content === kind) && call.caller.may(seesVolume(entry)));
    });
    api.get("/nodes/:node/storage/:storage/content/:volume", everybody, (call) => {
        const volid = call.path("volume");
        const found = storages.content(call.path("node"), call.path("storage")).find((entry) => entry.volid === volid);
        if (found === undefined) throw refused(`volume '${volid}' does not exist`);
        call.caller.require(seesVolume(found));
        const path = `/dev/pve/${volid.replace(/^[^:]+:/, "")}`;
        return { path, format: found.format, size: found.size, used: found.content === "images" ? 0 : found.size };
    });
    api.delete("/nodes/:node/storage/:storage/content/:volume", everybody, (call) => {
        const node = call.path("node");
        const volid = call.path("volume");
        const storage = call.path("storage");
        storages.find(storage);
        call.caller.require(on("/storage/{storage}", "Datastore.Allocate"));
        // A UPID has no room for colons and slashes.
        const id = `${volid.replace(/^.*[:/]/, "")}@${storage}`;
        return tasks.start({ node, type: "imgdel", id, user: call.user }, (log) => {
            storages.removeContent(node, volid);
            log.line(`Removed volume '${volid}'`);
            return Promise.resolve();
        });
    });

    api.get("/nodes/:node/query-url-metadata", outside, async (call) => {
        const url = call.input.required("url");
        const response = await open({ url, method: "HEAD", verify: call.input.flag("verify-certificates", true) });
        const { headers } = response;
        response.destroy();
        const size = headers["content-length"];
        return {
            filename: fileNameOf(url, headers["content-disposition"]),
            size: size === undefined ? undefined : Number(size),
            mimetype: headers["content-type"]?.replace(/;.*/, ""),
        };
    });

    api.post(
        "/nodes/:node/storage/:storage/download-url",
        and(on(STORAGE, "Datastore.AllocateTemplate"), outside),
        (call) => {
            const node = call.path("node");
            const { input } = call;
            const content = input.required("content");
            const url = input.required("url");
            const name = storages.downloadName(call.path("storage"), content, input.required("filename"));
            const [algorithm, expected] = [input.text("checksum-algorithm"), input.text("checksum")];
            const checksum = algorithm === undefined || expected === undefined ? undefined : { algorithm, expected };
            const compression = input.text("compression");
            const verify = input.flag("verify-certificates", true);
            // What is in an .ova the lab does not look at.
            const isDisk = content === "import" && !name.endsWith(".ova");
            const target = storages.file(node, call.path("storage"), content, name);
            return tasks.start({ node, type: "download", id: name, user: call.user }, (log) =>
                compression === undefined
                    ? download(url, target, verify, checksum, isDisk ? assertImage : () => undefined, log)
                    : Promise.reject(refused(`decompression not supported for ${content}`)),
            );
        },
    );
}

/** A disk is seen by who may change disks of its guest; a file by who may use the storage. */
function seesVolume({ volid, vmid }: ContentEntry): Check {
    const storage = `/storage/${volid.split(":")[0]}`;
    if (vmid === undefined) return anyOn(storage, "Datastore.Audit", "Datastore.AllocateSpace", "Datastore.Allocate");
    return or(
        on(storage, "Datastore.Allocate"),
        and(on(storage, "Datastore.Audit"), on(`/vms/${vmid}`, "VM.Config.Disk")),
    );
}

/**
 * Beside the target first, so that a failed or unfinished download never looks like a file. `assertGood` looks at what
 * came before it gets its name.
 */
async function download(
    url: string,
    target: { real: string; shown: string },
    verify: boolean,
    checksum: Checksum | undefined,
    assertGood: (file: string) => void,
    log: TaskLog,
): Promise<void> {
    log.line(`downloading ${url} to ${target.shown}`);
    if (existsSync(target.real)) {
        if (checksum === undefined) throw refused(`refusing to override existing file '${target.shown}'`);
        await assertChecksum(target.real, checksum, ", aborting");
        log.line("OK, got correct file already, no need to download");
        return;
    }
    const partial = `${target.real}.tmp_dwnl.${process.pid}`;
    try {
        await pipeline(await open({ url, method: "GET", verify }), createWriteStream(partial));
        if (checksum !== undefined) await assertChecksum(partial, checksum);
        assertGood(partial);
        renameSync(partial, target.real);
    } finally {
        rmSync(partial, { force: true });
    }
    log.line(`download of '${url}' to '${target.shown}' finished`);
}

/** A disk that can be imported, as its name says. */
function assertImage(file: string): void {
    if (imageName(head(file)) === undefined) throw refused("failed to query file information with qemu-img");
}

async function assertChecksum(file: string, { algorithm, expected }: Checksum, consequence = ""): Promise<void> {
    const hash = createHash(algorithm);
    await pipeline(createReadStream(file), hash);
    const got = hash.digest("hex");
    if (got !== expected.toLowerCase())
        throw refused(`checksum mismatch: got '${got}' != expect '${expected}'${consequence}`);
}
