/**
 * Cloud images of the lab. One is a line of text that names a root file system the hypervisor has: small enough to be
 * downloaded and imported with the same calls as a real image of hundreds of megabytes.
 */
import Fastify from "fastify";
import { type AddressInfo } from "node:net";
import { imageOf, RELEASES } from "../release";
import { GIB } from "./config/sizes";

/** What the disk inside the image measures, as Debian's own cloud image. */
export const IMAGE_DISK_SIZE = 3 * GIB;

export function imageText(name: string): string {
    return `ha-api-lab root file system: ${name}\n`;
}

/** The root file system an image file names; undefined when it is not an image of the lab. */
export function imageName(text: string): string | undefined {
    return /^ha-api-lab root file system: (\S+)\n$/.exec(text)?.[1];
}

/**
 * Serves the images by plain HTTP, as an image site on the internet would, so that a download needs no trust in the
 * lab's own CA.
 */
export async function serveImages(host: string, port: number): Promise<{ port: number; close(): Promise<void> }> {
    const site = Fastify({ forceCloseConnections: true });
    for (const name of RELEASES.map((release) => imageOf(release))) {
        site.get(`/images/${name}.lab.qcow2`, (_, reply) =>
            reply.type("application/octet-stream").send(imageText(name)),
        );
    }
    await site.listen({ host, port });
    return { port: (site.server.address() as AddressInfo).port, close: () => site.close() };
}
