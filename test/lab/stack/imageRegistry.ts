/**
 * A read-only container registry in the lab: the part of the OCI distribution API that a pull uses, over TLS with a
 * certificate of the lab's own authority. A host trusts it as it would any private registry, by a file in the engine's
 * certs.d folder.
 */
import { readFile } from "node:fs/promises";
import { type IncomingMessage, type ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { type AddressInfo } from "node:net";
import { keys } from "../../../proving-ground/lab/pki";
import { type Blob, type Image } from "./nginxImage";
import { instance } from "./support";

const REPOSITORY = "nginx";
/** `nginx/manifests/1.26.3`, `nginx/blobs/sha256:...` */
const PATH = new RegExp(`^/v2/${REPOSITORY}/(manifests|blobs)/([A-Za-z0-9_.:-]+)$`);

export class ImageRegistry {
    /** Requests so far, without those that only ask whether this is a registry. */
    readonly requests: string[] = [];
    private server: Server | undefined;

    constructor(private readonly images: Image[]) {}

    async start(): Promise<void> {
        // Issued to the gateway's address, where the lab's Proxmox API uses it too.
        const { proxmoxKey, proxmoxCertificate } = keys(instance);
        this.server = createServer(
            { key: await readFile(proxmoxKey), cert: await readFile(proxmoxCertificate) },
            (request, response) => this.answer(request, response),
        );
        await new Promise<void>((resolve) => this.server!.listen(0, instance.gateway, resolve));
    }

    /** `HOST:PORT`, as image references and certs.d folders begin. */
    get authority(): string {
        return `${instance.gateway}:${(this.server!.address() as AddressInfo).port}`;
    }

    byTag(image: Image): string {
        return `${this.authority}/${REPOSITORY}:${image.version}`;
    }

    byDigest(image: Image): string {
        return `${this.authority}/${REPOSITORY}@${image.manifest.digest}`;
    }

    async stop(): Promise<void> {
        this.server?.closeAllConnections();
        await new Promise((resolve) => (this.server === undefined ? resolve(undefined) : this.server.close(resolve)));
    }

    private answer({ method, url }: IncomingMessage, response: ServerResponse): void {
        response.setHeader("Docker-Distribution-Api-Version", "registry/2.0");
        if (method !== "GET" && method !== "HEAD") return void response.writeHead(405).end();
        if (url === "/v2/") return void response.end();
        this.requests.push(`${method} ${url}`);
        const found = this.find(url ?? "");
        if (found === undefined) return void response.writeHead(404).end();
        response.writeHead(200, {
            "Content-Type": found.mediaType,
            "Content-Length": found.content.length,
            "Docker-Content-Digest": found.digest,
        });
        response.end(method === "HEAD" ? undefined : found.content);
    }

    private find(url: string): Blob | undefined {
        const [, kind, reference] = PATH.exec(url) ?? [];
        const byDigest = this.images.flatMap(({ blobs }) => blobs).find((blob) => blob.digest === reference);
        return (
            byDigest ??
            (kind === "manifests" ? this.images.find(({ version }) => version === reference)?.manifest : undefined)
        );
    }
}
