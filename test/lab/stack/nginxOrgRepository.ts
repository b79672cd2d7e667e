/** A site like nginx.org for the machines of the lab: packages signed with a key of its own. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, normalize } from "node:path";
import { promisify } from "node:util";
import { sshArguments } from "../../../proving-ground/lab/ssh";
import { run } from "../../../tools/run";
import { mixedPair } from "../machines/support";
import { instance } from "./support";

/** What they are called on the release that the tests of it run: as nginx.org names its packages for each. */
const codename = { "13": "trixie", "12": "bookworm" }[mixedPair[0]];
export const MAINLINE = `1.27.0-1~${codename}`;
export const STABLE = `1.26.1-1~${codename}`;

export type Fault =
    /** The packages have other bytes than the signed lists say. */
    | "tampered package"
    /** A line of the signed list was changed after it was signed. */
    | "altered list"
    | "unsigned list"
    /** Key file and signatures are those of a key that expired years ago. */
    | "expired key"
    /** The key file is the right one, but another key has signed. */
    | "other signer";

/** Served in place of the good files. */
const INSTEAD: Partial<Record<Fault, RegExp>> = {
    "expired key": /(nginx_signing\.key|InRelease)$/,
    "other signer": /InRelease$/,
};

export class NginxOrgRepository {
    /** What is wrong with the site. */
    fault: Fault | undefined;
    fingerprint = "";
    /** Of the key that signs while the fault is "expired key". */
    expiredFingerprint = "";
    private folder = "";
    private server: Server | undefined;

    /** Builds it on a machine of the lab, and serves it to all of them. */
    async start(builder: string): Promise<void> {
        this.folder = await mkdtemp(join(tmpdir(), "ha-api-nginx-org-"));
        await build(builder, this.folder);
        this.fingerprint = (await readFile(join(this.folder, "fingerprint"), "utf8")).trim();
        this.expiredFingerprint = (await readFile(join(this.folder, "fingerprint.expired"), "utf8")).trim();
        this.server = createServer((request, response) => {
            const path = normalize(decodeURIComponent(new URL(request.url ?? "/", "http://site").pathname));
            this.content(path).then(
                (content) => response.end(content),
                () => response.writeHead(404).end(),
            );
        });
        await new Promise<void>((resolve) => this.server!.listen(0, instance.gateway, resolve));
    }

    private async content(path: string): Promise<Buffer> {
        const { fault } = this;
        const content = await readFile(
            join(this.folder, path + (fault !== undefined && INSTEAD[fault]?.test(path) ? ".expired" : "")),
        );
        if (fault === "tampered package" && path.endsWith(".deb")) return content.fill(0, content.length - 16);
        if (fault === "altered list" && path.endsWith("InRelease"))
            return Buffer.from(content.toString().replace("Label: nginx", "Label: other"));
        if (fault === "unsigned list" && path.endsWith("InRelease"))
            return readFile(join(this.folder, path.replace("InRelease", "Release")));
        if (fault === "unsigned list" && path.endsWith("Release.gpg")) throw new Error("not there");
        return content;
    }

    get address(): string {
        return `http://${instance.gateway}:${(this.server!.address() as AddressInfo).port}`;
    }

    async stop(): Promise<void> {
        this.server?.closeAllConnections();
        await new Promise((resolve) => (this.server === undefined ? resolve(undefined) : this.server.close(resolve)));
        if (this.folder !== "") await rm(this.folder, { recursive: true, force: true });
    }
}

/** On the machine, because it has Debian's tools whatever this machine is. */
async function build(builder: string, folder: string): Promise<void> {
    const building = promisify(execFile)("ssh", [...sshArguments(instance, builder), `bash -s ${MAINLINE} ${STABLE}`], {
        encoding: "buffer",
        timeout: 120_000,
        maxBuffer: 64 * 1024 * 1024,
    });
    building.child.stdin?.end(await readFile(join(__dirname, "nginxOrgRepository.sh")));
    const archive = join(folder, "site.tar");
    await writeFile(archive, (await building).stdout);
    await run("tar", ["-C", folder, "-x", "-f", archive]);
}
