/** The drill's client against servers in this process. */
import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer as http1 } from "node:https";
import { createSecureServer as http2 } from "node:http2";
import type { AddressInfo } from "node:net";
import type { Server } from "node:tls";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startProbe } from "../../../shared/probe/start";
import { run } from "../../../tools/run";

describe("the client of a drill", function () {
    this.timeout(30_000);
    let folder: string;
    let pinned: string[];
    before(async () => {
        folder = await mkdtemp(join(tmpdir(), "ha-api-client-"));
        await run("openssl", [
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-subj",
            "/CN=api",
            "-days",
            "2",
            "-keyout",
            join(folder, "key"),
            "-out",
            join(folder, "crt"),
        ]);
        pinned = [new X509Certificate(await readFile(join(folder, "crt"))).fingerprint256];
    });
    after(() => rm(folder, { recursive: true }));

    interface Answer {
        writeHead(status: number): unknown;
        write(text: string): unknown;
        end(text: string): unknown;
    }
    function answer({ url }: { url?: string | undefined }, response: Answer): void {
        response.writeHead(200);
        if (url === "/readyz") response.end("ok");
        else setInterval(() => response.write("event\n"), 100).unref();
    }

    for (const [kind, make] of [
        ["HTTP/2", http2],
        ["HTTP/1.1", http1],
    ] as const) {
        it(
            `makes new connections, keeps one and holds a watch, by ${kind}, with a server whose certificate is ` +
                "pinned",
            async () => {
                const files = { key: await readFile(join(folder, "key")), cert: await readFile(join(folder, "crt")) };
                const server: Server =
                    make === http2 ? http2({ ...files, allowHTTP1: true }, answer) : http1(files, answer);
                await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
                const { port } = server.address() as AddressInfo;
                const settings = {
                    host: "127.0.0.1",
                    port,
                    everyMs: 20,
                    timeoutMs: 1000,
                    limitMs: 20_000,
                    keptAliveEveryMs: 20,
                    watchesFirst: true,
                    watches: [{ kind: "http" as const, path: "/watch", token: "lab" }],
                };
                const client = await startProbe({ ...settings, pinned });
                await new Promise((resolve) => setTimeout(resolve, 600));
                const { attempts, keptAlive, watches } = await client.end();
                assert.ok(
                    attempts.length > 5 && attempts.every(({ error }) => error === undefined),
                    JSON.stringify(attempts.slice(0, 3)),
                );
                assert.equal(keptAlive.connected.length, 1);
                assert.ok(watches[0]!.events.length >= 2, JSON.stringify(watches));
                assert.deepEqual(watches[0]!.breaks, []);
                await assert.rejects(
                    startProbe({ ...settings, pinned: ["AA:BB"] }, [], 1500),
                    /a certificate that is not pinned/,
                );
                server.close();
            },
        );
    }
});
