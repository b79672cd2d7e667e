/**
 * Images of nginx for the lab, which reaches no public registry: made of Debian's packages, once, and kept with the
 * lab's own images.
 */
import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { imageCache } from "../../../proving-ground/lab/hypervisor/image";
import { part } from "../../../tools/progress";
import { run } from "../../../tools/run";

/** An image as a registry gives it out: documents by digest, the first of which is the manifest. */
export interface Image {
    /** nginx's version, which is the image's tag. */
    version: string;
    manifest: Blob;
    blobs: Blob[];
}

export interface Blob {
    digest: string;
    mediaType: string;
    content: Buffer;
}

const RECIPE = join(__dirname, "nginxImage.sh");

/** Debian 12 has nginx 1.22, Debian 13 has 1.26: an upgrade that nginx itself can tell about. */
export async function nginxImage(suite: "bookworm" | "trixie"): Promise<Image> {
    const recipe = createHash("sha256")
        .update(await readFile(RECIPE))
        .digest("hex")
        .slice(0, 12);
    const folder = join(imageCache(), `nginx-${suite}-${recipe}`);
    await mkdir(imageCache(), { recursive: true });
    // The lock is the shell's: it is held until the build has ended, also when this process is killed.
    const build = (): Promise<string> => run("flock", [`${folder}.lock`, "bash", RECIPE, suite, folder]);
    if (
        await readFile(join(folder, "version")).then(
            () => false,
            () => true,
        )
    )
        await part(`build an image of nginx from Debian ${suite}`, build);
    return image(
        (await readFile(join(folder, "version"), "utf8")).trim(),
        await readFile(join(folder, "layer.tar.gz")),
    );
}

function image(version: string, layerContent: Buffer): Image {
    const layer = blob("application/vnd.oci.image.layer.v1.tar+gzip", layerContent);
    const config = blob(
        "application/vnd.oci.image.config.v1+json",
        json({
            architecture: process.arch === "arm64" ? "arm64" : "amd64",
            os: "linux",
            // As the official image has it; what runs it must not be taken in by another entry point.
            config: {
                Entrypoint: ["/docker-entrypoint.sh"],
                Cmd: ["nginx", "-g", "daemon off;"],
                StopSignal: "SIGQUIT",
                Env: ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", `NGINX_VERSION=${version}`],
            },
            rootfs: { type: "layers", diff_ids: [digest(gunzipSync(layerContent))] },
            history: [{ created_by: "Debian's packages" }],
        }),
    );
    const manifest = blob(
        "application/vnd.oci.image.manifest.v1+json",
        json({
            schemaVersion: 2,
            mediaType: "application/vnd.oci.image.manifest.v1+json",
            config: descriptor(config),
            layers: [descriptor(layer)],
        }),
    );
    return { version, manifest, blobs: [manifest, config, layer] };
}

function blob(mediaType: string, content: Buffer): Blob {
    return { digest: digest(content), mediaType, content };
}

function descriptor({ mediaType, digest: own, content }: Blob): object {
    return { mediaType, digest: own, size: content.length };
}

function digest(content: Buffer): string {
    return `sha256:${createHash("sha256").update(content).digest("hex")}`;
}

function json(value: object): Buffer {
    return Buffer.from(JSON.stringify(value));
}
