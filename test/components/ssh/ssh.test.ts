import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { createServer, type AddressInfo, type Server } from "node:net";
import { SshError, type SshLimits, type SshTarget, withSsh } from "../../../components/ssh/client";
import {
    finish,
    freePort,
    newKey,
    type SshServer,
    type SshServerOptions,
    startSshServer,
} from "../../plugin-stand-ins/sshServer";

const LIMITS = { connectMs: 3000, commandMs: 3000 };

describe("the SSH client", () => {
    const key = newKey();
    let server: SshServer | undefined;
    const started: SshServer[] = [];
    afterEach(async () => {
        for (const each of started.splice(0)) await each.close();
    });

    async function start(options: SshServerOptions = {}): Promise<SshTarget> {
        server = await startSshServer(options);
        started.push(server);
        return {
            name: "vrrp1",
            address: "127.0.0.1",
            port: server.port,
            user: "ops",
            hostKey: server.hostKey,
            privateKey: key.private,
        };
    }
    /** How the attempt fails. */
    async function failure(target: SshTarget, command = "true", limits: SshLimits = LIMITS): Promise<SshError> {
        const error = await withSsh(target, (run) => run(command), limits).then(
            () => assert.fail("it succeeded"),
            (thrown: unknown) => thrown,
        );
        assert.ok(error instanceof SshError, String(error));
        assert.match(error.message, /^vrrp1 \(127\.0\.0\.1, port \d+\)|^the SSH private key/);
        return error;
    }

    it("runs commands over one connection, logs in with the key, and returns standard output alone", async () => {
        const target = await start({
            authenticate: (attempt) => attempt.method === "publickey" && attempt.username === "ops",
            run: (process) => finish(process, { stdout: `ran ${process.command}\n`, stderr: "by the way\n" }),
        });
        assert.deepEqual(await withSsh(target, async (run) => [await run("one"), await run("two words")]), [
            "ran one\n",
            "ran two words\n",
        ]);
        assert.equal(server!.accepted, 1);
        await server!.idle();
    });

    it("takes keys in PKCS #8 too, which ssh2 does not read", async () => {
        const keys = [
            generateKeyPairSync("ed25519").privateKey,
            generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey,
            generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey,
        ].map((each) => each.export({ type: "pkcs8", format: "pem" }).toString());
        for (const privateKey of keys)
            assert.equal(await withSsh({ ...(await start()), privateKey }, (run) => run("true")), "");
    });

    it("does not talk to a host with another key of the same type, and says which it has", async () => {
        const target = await start();
        const error = await failure({ ...target, hostKey: newKey().public });
        assert.equal(error.problem, "host key");
        assert.equal(error.transient, false);
        assert.match(
            error.message,
            /has another SSH host key than the one that was pinned, and was not talked to: expected ssh-ed25519 SHA256:\S+, offered SHA256:\S+\. If it was reinstalled/,
        );
        assert.deepEqual(server!.commands, []);
    });

    it("does not talk to a host that lacks a key of the pinned type", async () => {
        const rsa = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC7";
        const error = await failure({ ...(await start()), hostKey: rsa });
        assert.equal(error.problem, "host key");
        assert.match(error.message, /expected ssh-rsa SHA256:\S+, which it does not have/);
    });

    it("does not even try without a host key", async () => {
        for (const hostKey of ["", "any", "ssh-ed25519 nothing"]) {
            const error = await failure({ ...(await start()), hostKey });
            assert.equal(error.problem, "host key");
            assert.equal(server!.accepted, 0);
        }
    });

    it("says that the log-in was refused", async () => {
        const error = await failure(await start({ authenticate: () => false }));
        assert.equal(error.problem, "log-in");
        assert.match(error.message, /: ops may not log in with this private key$/);
    });

    it("refuses a private key that is none, without showing it and without a connection", async () => {
        for (const privateKey of [
            "RECOGNISABLE",
            "-----BEGIN PRIVATE KEY-----\nRECOGNISABLE\n-----END PRIVATE KEY-----\n",
            "-----BEGIN OPENSSH PRIVATE KEY-----\nRECOGNISABLE\n-----END OPENSSH PRIVATE KEY-----\n",
        ]) {
            const error = await failure({ ...(await start()), privateKey });
            assert.equal(error.problem, "key");
            assert.doesNotMatch(error.message, /RECOGNISABLE/);
            assert.equal(server!.accepted, 0);
        }
    });

    it("reports the output of a command that fails, with its exit status", async () => {
        const error = await failure(
            await start({ run: (process) => finish(process, { stdout: "half", stderr: "no such thing\n", code: 3 }) }),
            "look",
        );
        assert.equal(error.problem, "command");
        assert.match(error.message, /: "look" failed with exit status 3: no such thing$/);
    });

    it("shows nothing of a host's that a terminal acts on, be it an answer or an error", async () => {
        const target = await start({
            run: (process) =>
                finish(process, {
                    stdout: "a\u001b[2J\tb\n",
                    stderr: "c\u001b[2J",
                    code: process.command === "no" ? 1 : 0,
                }),
        });
        assert.equal(await withSsh(target, (run) => run("yes")), "a\\u{1b}[2J\tb\n");
        assert.match((await failure(target, "no")).message, /: c\\u\{1b\}\[2J$/);
    });

    it("hangs up on a host that does not stop printing", async () => {
        const target = await start({ run: (process) => finish(process, { stdout: "a".repeat(20_000) }) });
        const error = await failure(target, "cat /dev/zero", { ...LIMITS, answerBytes: 10_240 });
        assert.match(error.message, /"cat \/dev\/zero" printed more than 10 KiB$/);
        await server!.idle();
    });

    it("does not wait for a command for ever, nor let it hold the process", async () => {
        const error = await failure(await start({ run: () => undefined }), "sleep", { ...LIMITS, commandMs: 100 });
        assert.match(error.message, /"sleep" did not end within 0\.1 s$/);
        await server!.idle();
    });

    it("talks with a command while it runs, and has for each a limit of its own", async () => {
        const target = await start({
            run: (process) =>
                void (
                    process.command === "echo" &&
                    process.channel.on("data", (chunk: Buffer) => {
                        process.channel.write(`heard ${chunk.toString()}`);
                        if (chunk.toString() === "bye") finish(process);
                    })
                ),
        });
        const heard: string[] = [];
        await withSsh(
            target,
            async (run) => {
                const output = await run("echo", {
                    channel: (stream) =>
                        stream
                            .on("data", (chunk: Buffer) => {
                                heard.push(chunk.toString());
                                stream.write("bye");
                            })
                            .write("hello"),
                });
                assert.equal(output, "", "what went over the channel is not returned");
                await assert.rejects(run("sleep", { limitMs: 100 }), /"sleep" did not end within 0\.1 s/);
            },
            LIMITS,
        );
        assert.equal(heard[0], "heard hello");
    });

    it("notices a connection that is lost on the way", async () => {
        const target = await start({ run: () => void server!.close() });
        const error = await failure(target, "look");
        assert.equal(error.problem, "lost");
        assert.equal(error.transient, true);
    });

    it("reports that the port is closed", async () => {
        const error = await failure({ ...(await start()), port: await freePort() });
        assert.equal(error.problem, "unreachable");
        assert.match(error.message, /cannot be reached by SSH: it refused the connection$/);
    });

    it("does not wait for ever for a server that takes connections and says nothing", async () => {
        const silent: Server = createServer((socket) => socket.on("error", () => undefined));
        await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
        try {
            const error = await failure({ ...(await start()), port: (silent.address() as AddressInfo).port }, "true", {
                ...LIMITS,
                connectMs: 100,
            });
            assert.match(error.message, /cannot be reached by SSH: no answer within 0\.1 s$/);
        } finally {
            silent.close();
        }
    });
});
