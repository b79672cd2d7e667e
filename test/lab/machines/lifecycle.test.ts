import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { setFault } from "../../../proving-ground/lab/apiserver/apiServers";
import { labRunning, leftOvers, startExistingMachine, startLab, stopLab } from "../../../proving-ground/lab/lifecycle";
import { keys } from "../../../proving-ground/lab/pki";
import { inNamespace } from "../../../proving-ground/lab/network/namespace";
import { answers, instance, needsLab, ssh } from "./support";

describe("a lab", function () {
    this.timeout(60_000);

    before(async function () {
        this.timeout(300_000);
        await needsLab(this);
        if (await labRunning(instance)) {
            process.stderr.write(
                `skipped: a lab "${instance.name}" is up already, and these tests would take it down.\n`,
            );
            this.skip();
        }
        await startLab(instance);
    });

    /** Status and body as the client in the lab sees them. */
    const get = (path: string): Promise<string> => {
        const url = `https://api1.${instance.domain}:6443${path}`;
        const address = instance.apiServers[0]?.address ?? "";
        const trust = ["--cacert", keys(instance).caCertificate, "--connect-to", `::${address}:`];
        return inNamespace(instance.client.namespace, [
            "curl",
            "-sS",
            "--max-time",
            "1",
            ...trust,
            "-w",
            "\n%{http_code}",
            url,
        ]);
    };

    it("is found running, and starting it again takes no time", async () => {
        assert.ok(await labRunning(instance), "await labRunning(instance)");
        const start = Date.now();
        await startLab(instance);
        assert.ok(Date.now() - start < 1000, `${Date.now() - start} ms`);
    });

    it("has API servers that answer as real ones do, until a test makes them fail", async () => {
        assert.match(await get("/api"), /"reason": "Unauthorized",\n {2}"code": 401\n\}\n401$/);
        assert.equal(await get("/readyz"), "ok\n200");
        await setFault(instance, "api1", { readyz: 500 });
        assert.match(await get("/readyz"), /500$/);
        assert.equal(await get("/livez"), "ok\n200");
        await setFault(instance, "api1", { hang: true });
        await assert.rejects(get("/readyz"), /timed out/);
        await setFault(instance, "api1", {});
        assert.equal(await get("/readyz"), "ok\n200");
    });

    it("has machines that were there before", async () => {
        const address = `${instance.subnet}.10`;
        await startExistingMachine(instance, 9901, "existing1", address);
        await answers(address);
        assert.equal(await ssh(address, "hostname -f"), "existing1.lab.internal");
    });

    it("leaves nothing behind, even when its folder was removed under it", async () => {
        await rm(instance.directory, { recursive: true, force: true });
        await stopLab(instance);
        assert.deepEqual(await leftOvers(instance), []);
        assert.equal(await labRunning(instance), false);
    });
});
