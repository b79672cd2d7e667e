/**
 * Two machines, one of each release, that let some clients connect and no others: with nginx at both layers, its UDP
 * listeners, and HAProxy.
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { keys } from "../../../proving-ground/lab/pki";
import { run } from "../../../tools/run";
import { itBeforeRelease } from "../../breadth";
import { needsLab } from "../machines/support";
import { askEcho, askEchoFromHere, startEcho, stopEcho } from "./echoServers";
import {
    address,
    answerTo,
    exampleStack,
    existingMachines,
    instance,
    observedDuring,
    onHost,
    seconds,
    Stack,
    startExistingMachines,
    stopExistingMachines,
    vip,
    waitForSingleMaster,
} from "./support";

const UDP_PORT = 5353;
/** This machine's, where the tests and Pulumi run. */
const here = instance.gateway;
const URL = `https://${vip}:6443/api`;

/** Asks twice a second by one connection, and ends with it. */
const KEPT = `
const socket = require("tls").connect({ host: "${vip}", port: 6443, rejectUnauthorized: false });
const ask = () => socket.write("GET /api HTTP/1.1\\r\\nHost: kubernetes\\r\\n\\r\\n");
socket.on("secureConnect", ask).on("error", () => undefined).on("close", () => process.exit(1));
socket.on("data", () => process.stdout.write("."));
setInterval(ask, 500);`;

const fromHere = (): Promise<string> => run("curl", ["-sS", "--max-time", "5", "--insecure", URL]);

describe("a pair that lets some clients connect", function () {
    this.timeout(240_000);
    this.bail(true);
    const stack = new Stack("test-allowed");
    const ca = keys(instance).authority;
    const example = exampleStack("allowed-clients");
    const allowed = example["allowedClients"] as string[];
    const config = {
        ...example,
        // Asks at the loopback address, and at the VIP from the VIP.
        vrrp: { check: { kind: "api" } },
    };
    const dns = { name: "dns", port: UDP_PORT, protocol: "udp", backends: [address(51)] };
    let echo: ChildProcess;

    before(async function () {
        this.timeout(400_000);
        await needsLab(this);
        await startExistingMachines(existingMachines);
        await stack.create({ ...config, listeners: [dns] });
        echo = await startEcho(1, "udp", UDP_PORT);
    });
    after(async () => {
        await stopEcho(echo);
        await stack.remove();
        await stopExistingMachines(existingMachines);
    });

    const admitsClientAndHosts = async (): Promise<void> => {
        await waitForSingleMaster();
        assert.match(await answerTo(URL), /Unauthorized/);
        for (const host of existingMachines)
            for (const at of [vip, "127.0.0.1", ...existingMachines.map((each) => each.address)])
                assert.match(
                    await onHost(host.address, `curl -sS --max-time 5 --insecure https://${at}:6443/api`),
                    /Unauthorized/,
                    `${at} from ${host.name}`,
                );
    };
    /** At once, and not by a time-out (28). HAProxy is so fast that curl takes it for a refusal (7). */
    const disconnectsHere = (): Promise<void> => assert.rejects(fromHere(), /curl: \((7|35|52|56)\)/);

    it("answers them and its own hosts by TCP and UDP, and nobody else", async () => {
        await stack.up();
        await admitsClientAndHosts();
        await disconnectsHere();
        assert.equal(await askEcho("udp", vip, UDP_PORT), address(51));
        await assert.rejects(askEchoFromHere("udp", vip, UDP_PORT));
        await stack.up("--expect-no-changes");
    });

    it("says in its status who they are", async () => {
        const { allowedClients, problems } = await stack.status();
        assert.deepEqual({ allowedClients, problems }, { allowedClients: allowed, problems: [] });
    });

    it("lets more connect without a failed request, a lost connection or a move of the VIP", async () => {
        const { name } = await waitForSingleMaster();
        const kept = spawn("ip", ["netns", "exec", instance.client.namespace, process.execPath, "-e", KEPT]);
        let answers = 0;
        kept.stdout.on("data", () => answers++);
        await once(kept.stdout, "data");
        const seen = await observedDuring(async () => {
            await stack.configure({ ...config, listeners: [dns], allowedClients: [...allowed, here] });
            await stack.up();
            await seconds(1);
        });
        assert.equal(seen.failed, 0, JSON.stringify(seen));
        const before = answers;
        await seconds(2);
        assert.equal(kept.exitCode, null, "the connection was cut");
        assert.ok(answers > before, "the connection is answered no more");
        kept.kill();
        assert.equal((await waitForSingleMaster()).name, name);
        assert.match(await fromHere(), /Unauthorized/);
        assert.equal(await askEchoFromHere("udp", vip, UDP_PORT), address(51));
    });

    it("does the same with HAProxy", async () => {
        await stack.configure({ ...config, engine: "haproxy" });
        await stack.up();
        await admitsClientAndHosts();
        await disconnectsHere();
        await stack.configure({ ...config, engine: "haproxy", allowedClients: [`${instance.subnet}.0/24`] });
        await stack.up();
        assert.match(await fromHere(), /Unauthorized/);
    });

    itBeforeRelease("does the same at layer 7, where nginx answers the others 403", async () => {
        await stack.configure({
            ...config,
            layer: 7,
            clusterCertificateAuthorityFile: `${ca}.crt`,
            tls: { issuer: { certificateFile: `${ca}.crt`, privateKeyFile: `${ca}.key` } },
        });
        await stack.up();
        await admitsClientAndHosts();
        assert.match(await fromHere(), /403 Forbidden[\s\S]*nginx/);
    });
});
