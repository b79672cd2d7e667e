import assert from "node:assert/strict";
import { isSecret, plain, type Properties, secret, unwrap } from "../../../plugin-stand-ins/shared/properties";
import { finish } from "../sshServer";
import { connectionTo, password, start, startEngine, stopAll } from "./fixture";

describe("command:remote:Command, its secrets", () => {
    afterEach(stopAll);

    it("makes the connection secret in check, even if it came in the clear", async () => {
        const engine = await startEngine();
        const { inputs } = await engine.check({ connection: { host: "a", password } });
        assert.ok(isSecret(inputs["connection"]), 'isSecret(inputs["connection"])');
    });

    it("makes keys and passwords inside the connection secrets of their own, as the official plugin does", async () => {
        const engine = await startEngine();
        const keys = { privateKey: "KEY", privateKeyPassword: "PASSPHRASE" };
        const { inputs } = await engine.check({
            connection: secret({ host: "a", ...keys, proxy: { host: "b", password } }),
        });
        const connection = unwrap(inputs["connection"]) as Properties;
        const proxy = connection["proxy"] as Properties;
        const ofBoth: Properties = { ...connection, password: proxy["password"]! };
        assert.deepEqual(
            Object.keys(ofBoth).filter((name) => isSecret(ofBoth[name])),
            ["privateKey", "privateKeyPassword", "password"],
        );
        assert.equal(isSecret(proxy["host"]), false);
    });

    it("shows no change where a state has the key without a mark of its own", async () => {
        const engine = await startEngine();
        const before = { connection: secret({ host: "a", privateKey: "KEY" }), create: "x" };
        const { inputs } = await engine.check(before);
        assert.deepEqual((await engine.diff(before, inputs)).details, {});
    });

    it("keeps secret inputs secret in the state of a create and of an update", async () => {
        const { engine, server } = await start();
        const inputs = { connection: secret(connectionTo(server)), create: "x", stdin: secret("s3cret") };
        const { state } = await engine.create(inputs);
        const updated = await engine.update(state, { ...inputs, create: "y" });
        for (const one of [state, updated]) {
            assert.deepEqual(
                [isSecret(one["connection"]), isSecret(one["stdin"]), isSecret(one["create"])],
                [true, true, false],
            );
            assert.equal(plain(one["stdin"]), "s3cret");
        }
    });

    it("leaves stdout to additionalSecretOutputs: a secret connection or stdin does not make it secret", async () => {
        const { engine, server } = await start({ run: (process) => finish(process, { stdout: "ok" }) });
        const inputs = { connection: secret(connectionTo(server)), create: "x", stdin: secret("s3cret") };
        assert.equal((await engine.create(inputs)).state["stdout"], "ok");
    });

    it("shows a change inside a secret connection as one change, without its parts", async () => {
        const engine = await startEngine();
        const { details } = await engine.diff(
            { connection: secret({ host: "a", password: "old" }) },
            { connection: secret({ host: "a", password: "new" }) },
        );
        assert.deepEqual(details, { connection: "UPDATE" });
    });

    it("prints neither stdin nor password nor private key in errors and logs", async () => {
        const { engine, server } = await start({
            run: async (process) => {
                await process.stdin();
                finish(process, { stderr: "no", code: 1 });
            },
        });
        const errors: string[] = [];
        const attempt = (connection: object) =>
            engine
                .create({
                    connection: secret({ ...connectionTo(server), ...connection }),
                    create: "x",
                    stdin: secret("STDIN-SECRET"),
                })
                .then(() => assert.fail("must fail"))
                .catch((error: unknown) => errors.push(String(error)));
        await attempt({ password: "PASSWORD-SECRET" });
        await attempt({ password: "PASSWORD-SECRET", port: 1 });
        await attempt({
            privateKey: "-----BEGIN OPENSSH PRIVATE KEY-----\nKEYSECRET\n-----END OPENSSH PRIVATE KEY-----",
        });
        await attempt({ privateKey: "-----BEGIN PRIVATE KEY-----\nKEYSECRET\n-----END PRIVATE KEY-----" });
        assert.equal(errors.length, 4);
        assert.doesNotMatch(errors.join() + JSON.stringify(engine.logs), /STDIN-SECRET|PASSWORD-SECRET|KEYSECRET/);
    });
});
