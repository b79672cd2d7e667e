import assert from "node:assert/strict";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { createServer } from "node:net";
import { type AuthContext, utils } from "ssh2";
import { freePort, newKey } from "../sshServer";
import { connectionTo, start, startEngine, startServer, stopAll } from "./fixture";

const refused = (limit: number, port: number) =>
    `after ${limit} failed attempts: dial tcp 127.0.0.1:${port}: connect: connection refused`;

describe("command:remote:Command, its connection", () => {
    afterEach(stopAll);

    it("tries again until the server is there", async () => {
        const engine = await startEngine();
        const port = await freePort();
        const creation = engine.create({ connection: connectionTo({ port }, { dialErrorLimit: 5 }), create: "x" });
        while (engine.logs.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
        const server = await startServer({ port });
        await creation;
        assert.equal(server.commands.length, 1);
        assert.deepEqual(
            engine.logs.slice(0, 2).map(({ text, ephemeral }) => [text, ephemeral]),
            [
                ["Dial 1/5 failed: retrying", true],
                ["Dial 2/5 failed: retrying", true],
            ],
        );
    });

    it("gives up after dialErrorLimit, naming the address and the number of failures", async () => {
        const engine = await startEngine();
        const port = await freePort();
        const begin = performance.now();
        await assert.rejects(
            engine.create({ connection: connectionTo({ port }, { dialErrorLimit: 2 }), create: "x" }),
            { message: refused(2, port) },
        );
        const took = performance.now() - begin;
        assert.ok(took >= 245 && took < 1000, `the pauses are 100 and 150 ms, it took ${took} ms`);
    });

    it("tries without end when dialErrorLimit is -1, until the time-out", async () => {
        const engine = await startEngine();
        const port = await freePort();
        const connection = connectionTo({ port }, { dialErrorLimit: -1 });
        await assert.rejects(engine.create({ connection, create: "x" }, { timeout: 0.4 }), {
            message: new RegExp(
                `^timed out after 0.4 s, .* connecting to 127.0.0.1:${port}; the last of \\d failed attempts: dial tcp`,
            ),
        });
        assert.equal(engine.logs[0]?.text, "Dial 1/inf failed: retrying");
    });

    it("gives up an attempt after perDialTimeout when the server says nothing", async () => {
        const engine = await startEngine();
        const silent = createServer();
        await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
        const { port } = silent.address() as { port: number };
        await assert.rejects(
            engine.create({ connection: connectionTo({ port }, { perDialTimeout: 0.1 }), create: "x" }),
            { message: `after 0 failed attempts: dial tcp 127.0.0.1:${port}: i/o timeout` },
        );
        silent.close();
    });

    it("counts a refused password as a failed attempt and tries again", async () => {
        let refusals = 1;
        const { engine, server } = await start({
            authenticate: (attempt) => attempt.method === "password" && refusals-- <= 0,
        });
        await engine.create({ connection: connectionTo(server, { dialErrorLimit: 1 }), create: "x" });
        assert.equal(server.accepted, 2);
    });

    it("says that it could not log in, and with which methods", async () => {
        const { engine, server } = await start({ authenticate: () => false });
        await assert.rejects(engine.create({ connection: connectionTo(server), create: "x" }), {
            message:
                "after 0 failed attempts: ssh: handshake failed: ssh: unable to authenticate, attempted methods " +
                `[none password keyboard-interactive], no supported methods remain (127.0.0.1:${server.port})`,
        });
    });

    it("accepts the expected host key", async () => {
        const { engine, server } = await start();
        await engine.create({
            connection: connectionTo(server, { hostKey: `${server.hostKey} root@web1\n` }),
            create: "x",
        });
        assert.equal(server.commands.length, 1);
    });

    it("refuses another host key before it sends a password", async () => {
        const attempts: string[] = [];
        const { engine, server } = await start({ authenticate: (attempt) => attempts.push(attempt.method) > 0 });
        await assert.rejects(
            engine.create({ connection: connectionTo(server, { hostKey: newKey().public }), create: "x" }),
            {
                message: new RegExp(
                    "^after 0 failed attempts: ssh: handshake failed: ssh: host key mismatch: " +
                        `expected SHA256:\\S{43}, offered SHA256:\\S{43} \\(127.0.0.1:${server.port}\\)$`,
                ),
            },
        );
        assert.deepEqual(attempts, []);
    });

    it("refuses a server that has only a key of another type", async () => {
        const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({
            type: "pkcs1",
            format: "pem",
        });
        const { engine, server } = await start({ hostKey: { private: rsa.toString(), public: "" } });
        const connection = connectionTo(server, { hostKey: newKey().public });
        await assert.rejects(
            engine.create({ connection, create: "x" }),
            /ssh: handshake failed: .*no matching host key/,
        );
        assert.equal(server.commands.length, 0);
    });

    it("asks a server with several keys for the one of the expected type", async () => {
        const ecdsa = utils.generateKeyPairSync("ecdsa", { bits: 256 });
        const { engine, server } = await start({ moreHostKeys: [ecdsa.private] });
        await engine.create({ connection: connectionTo(server, { hostKey: ecdsa.public }), create: "x" });
        assert.equal(server.commands.length, 1);
    });

    it("refuses a host key that is none without connecting", async () => {
        const { engine, server } = await start();
        await assert.rejects(
            engine.create({ connection: connectionTo(server, { hostKey: "ssh-ed25519 nonsense" }), create: "x" }),
            { message: "failed to parse host key: ssh: no key found" },
        );
        assert.equal(server.accepted, 0);
    });

    const pkcs8 = ({ privateKey }: { privateKey: KeyObject }) =>
        privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const keys = {
        "OpenSSH Ed25519": () => newKey().private,
        "PKCS #8 Ed25519": () => pkcs8(generateKeyPairSync("ed25519")),
        "PKCS #8 ECDSA": () => pkcs8(generateKeyPairSync("ec", { namedCurve: "P-256" })),
        "PKCS #8 RSA": () => pkcs8(generateKeyPairSync("rsa", { modulusLength: 2048 })),
    };
    for (const [format, key] of Object.entries(keys)) {
        it(`logs in with a private key in the format ${format}`, async () => {
            const { engine, server } = await start({ authenticate: hasValidSignature });
            await engine.create({
                connection: { ...connectionTo(server), password: null, privateKey: key() },
                create: "x",
            });
            assert.equal(server.commands.length, 1);
        });
    }

    it("goes through a jump host and closes both connections", async () => {
        const { engine, server } = await start();
        const jump = await startServer();
        const proxy = connectionTo(jump, { hostKey: jump.hostKey });
        await engine.create({ connection: connectionTo(server, { hostKey: server.hostKey, proxy }), create: "x" });
        assert.deepEqual([server.commands.length, jump.commands.length, jump.accepted], [1, 0, 1]);
        await Promise.all([server.idle(), jump.idle()]);
    });

    it("says that the jump host is the one that cannot be reached", async () => {
        const { engine, server } = await start();
        const port = await freePort();
        await assert.rejects(
            engine.create({ connection: connectionTo(server, { proxy: connectionTo({ port }) }), create: "x" }),
            { message: `proxy: ${refused(0, port)}` },
        );
    });

    it("names the machine behind the jump host when that cannot be reached", async () => {
        const engine = await startEngine();
        const jump = await startServer();
        const port = await freePort();
        await assert.rejects(
            engine.create({ connection: connectionTo({ port }, { proxy: connectionTo(jump) }), create: "x" }),
            { message: new RegExp(`^proxy: after 0 failed attempts: dial tcp 127.0.0.1:${port}: `) },
        );
        await jump.idle();
    });
});

/** Public key log-in as sshd does it: the first message asks whether the key would do, the second is signed. */
function hasValidSignature(attempt: AuthContext): boolean {
    if (attempt.method !== "publickey") return false;
    const key = utils.parseKey(attempt.key.data);
    if (key instanceof Error || Array.isArray(key)) return false;
    if (attempt.signature === undefined || attempt.blob === undefined) return true;
    return key.verify(attempt.blob, attempt.signature, attempt.hashAlgo) === true;
}
