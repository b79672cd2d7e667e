import assert from "node:assert/strict";
import { plain } from "../../../plugin-stand-ins/shared/properties";
import { startEngine, stopAll } from "./fixture";

describe("command:remote:Command, its inputs", () => {
    afterEach(stopAll);

    it("sets the connection's defaults, and the jump host's", async () => {
        const engine = await startEngine();
        const { inputs } = await engine.check({
            connection: { host: "a", proxy: { host: "b", port: 2222 } },
            create: "x",
        });
        const defaults = { port: 22, user: "root", dialErrorLimit: 10, perDialTimeout: 15 };
        assert.deepEqual(plain(inputs["connection"]), {
            ...defaults,
            host: "a",
            proxy: { ...defaults, host: "b", port: 2222 },
        });
    });

    it("names a missing connection and a missing host", async () => {
        const engine = await startEngine();
        assert.deepEqual((await engine.check({ create: "x" })).failures, [
            { property: "connection", reason: "Missing required field 'connection'" },
        ]);
        assert.deepEqual((await engine.check({ connection: { user: "x" } })).failures, [
            { property: "connection.host", reason: "Missing required field 'host'" },
        ]);
    });

    it("refuses an unrecognized field and a wrong type, without their values", async () => {
        const engine = await startEngine();
        const connection = { host: "a", privatekey: "KEY-MATERIAL", password: ["HUNTER2"] };
        const { failures } = await engine.check({ connection, create: 5 });
        assert.deepEqual(
            new Set(failures),
            new Set([
                { property: "connection.privatekey", reason: "Unrecognized field 'privatekey'" },
                { property: "connection.password", reason: "Field 'connection.password' must be a string" },
                { property: "create", reason: "Field 'create' must be a string" },
            ]),
        );
        assert.doesNotMatch(JSON.stringify(failures), /KEY-MATERIAL|HUNTER2/);
    });
});
