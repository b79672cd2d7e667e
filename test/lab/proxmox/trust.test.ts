/** Whose certificates the component's own calls believe, as the provider does. */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { version } from "../../../components/proxmox/answers";
import { proxmoxApi } from "../../../components/resources/proxmox/api";
import { certificate, DOCUMENTED, FakeProxmoxServer } from "./fakeProxmoxServer";

describe("a Proxmox server's certificate", () => {
    let lab: FakeProxmoxServer;
    let folder: string;
    const before = process.env["SSL_CERT_FILE"];
    const asks = (insecure = false): Promise<unknown> => {
        const endpoint = lab.endpoint.replace("127.0.0.1", "localhost");
        return proxmoxApi({ endpoint, apiToken: DOCUMENTED, insecure }).call("GET", "/version", version);
    };

    beforeEach(async () => {
        lab = await FakeProxmoxServer.start({ tokens: [DOCUMENTED] });
        folder = await mkdtemp(join(tmpdir(), "ha-api-trust-"));
    });
    afterEach(async () => {
        if (before === undefined) delete process.env["SSL_CERT_FILE"];
        else process.env["SSL_CERT_FILE"] = before;
        await lab.stop();
        await rm(folder, { recursive: true });
    });

    it("is refused where nobody knows who signed it", async () => {
        await assert.rejects(asks(), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
    });

    it("is believed where it is in the file of SSL_CERT_FILE, call after call", async () => {
        const file = join(folder, "ca.pem");
        await writeFile(file, certificate().cert);
        process.env["SSL_CERT_FILE"] = file;
        await asks();
        await asks();
    });

    it("is believed unseen where the provider is told to", async () => {
        await asks(true);
    });
});
