import assert from "node:assert/strict";
import { unknown } from "../../../plugin-stand-ins/shared/properties";
import { finish } from "../sshServer";
import { connectionTo, start, startEngine, stopAll } from "./fixture";

describe("command:remote:Command, its life", () => {
    afterEach(stopAll);

    it("runs create and returns its output without the last line feed, next to the inputs", async () => {
        const { engine, server } = await start({
            run: (process) => finish(process, { stdout: "one\ntwo\n\n", stderr: "warn\n" }),
        });
        const { id, state } = await engine.create({ connection: connectionTo(server), create: "hostname" });
        assert.match(id, /^step[0-9a-f]{8}$/);
        assert.deepEqual([state["stdout"], state["stderr"], state["create"]], ["one\ntwo\n", "warn", "hostname"]);
    });

    it("connects to nothing when there is no create", async () => {
        const { engine, server } = await start();
        const { state } = await engine.create({ connection: connectionTo(server), delete: "rm x" });
        assert.deepEqual([state["stdout"], state["stderr"], server.accepted], ["", "", 0]);
    });

    for (const name of ["create", "update", "delete", "stdin", "logging", "connection"]) {
        it(`takes a change of ${name} as an update in place`, async () => {
            const engine = await startEngine();
            const inputs = {
                create: "a",
                update: "a",
                delete: "a",
                stdin: "a",
                logging: "none",
                connection: "a",
                triggers: ["vm-1"],
            };
            assert.deepEqual(await engine.diff(inputs, { ...inputs, [name]: "b" }), {
                changed: true,
                replaces: [],
                details: { [name]: "UPDATE" },
            });
        });
    }

    it("replaces on a change of triggers", async () => {
        const engine = await startEngine();
        assert.deepEqual(await engine.diff({ create: "a", triggers: ["vm-1"] }, { create: "a", triggers: ["vm-2"] }), {
            changed: true,
            replaces: ["triggers"],
            details: { "triggers[0]": "UPDATE_REPLACE" },
        });
    });

    it("replaces when triggers appear", async () => {
        const engine = await startEngine();
        const { replaces, details } = await engine.diff({ create: "a" }, { create: "a", triggers: ["vm-1"] });
        assert.deepEqual([replaces, details], [["triggers"], { triggers: "ADD_REPLACE" }]);
    });

    it("sees no change in equal inputs", async () => {
        const engine = await startEngine();
        const inputs = { create: "a", environment: { A: "1", B: "2" }, triggers: [{ x: [1] }] };
        assert.equal((await engine.diff(inputs, { ...inputs, environment: { B: "2", A: "1" } })).changed, false);
    });

    it("runs update when there is one, and create when there is none", async () => {
        const { engine, server } = await start();
        const connection = connectionTo(server);
        await engine.update({ connection, create: "c" }, { connection, create: "c", update: "u" });
        await engine.update({ connection, create: "c" }, { connection, create: "c2" });
        assert.deepEqual(
            server.commands.map(({ command }) => command),
            ["u", "c2"],
        );
    });

    it("runs the delete of the state, on the connection of the state", async () => {
        const { engine, server } = await start();
        await engine.delete({
            connection: connectionTo(server),
            create: "c",
            delete: "rm -f x",
            stdout: "",
            stderr: "",
        });
        assert.deepEqual(
            server.commands.map(({ command }) => command),
            ["rm -f x"],
        );
    });

    it("deletes without connecting when there is no delete command", async () => {
        const { engine, server } = await start();
        await engine.delete({ connection: connectionTo(server), create: "c", update: "u", stdout: "", stderr: "" });
        assert.equal(server.accepted, 0);
    });

    it("reports a delete that failed", async () => {
        const { engine, server } = await start({ run: (process) => finish(process, { code: 7 }) });
        const state = { connection: connectionTo(server), delete: "rm x", stdout: "", stderr: "" };
        await assert.rejects(engine.delete(state), /^Error: Process exited with status 7: running "rm x":\n$/);
    });

    it("previews a create with unknown inputs, doing nothing", async () => {
        const { engine, server } = await start();
        const inputs = {
            connection: unknown,
            create: "a",
            stdin: unknown,
            environment: { A: unknown },
            triggers: [unknown],
        };
        const checked = await engine.check(inputs);
        assert.deepEqual(checked.failures, []);
        const { state } = await engine.create(checked.inputs, { preview: true });
        assert.deepEqual(
            [state["stdout"], state["stderr"], state["create"], state["stdin"]],
            [unknown, unknown, "a", unknown],
        );
        assert.equal(server.accepted, 0);
    });

    it("previews an update with unknown output, doing nothing", async () => {
        const { engine, server } = await start();
        const connection = connectionTo(server);
        const state = { connection, create: "a", stdout: "old", stderr: "" };
        const preview = await engine.update(state, { connection, create: unknown }, { preview: true });
        assert.deepEqual([preview["stdout"], preview["stderr"], preview["create"]], [unknown, unknown, unknown]);
        assert.equal(server.accepted, 0);
    });

    it("takes an unknown value as a change", async () => {
        const engine = await startEngine();
        assert.deepEqual((await engine.diff({ stdin: "a" }, { stdin: unknown })).details, { stdin: "UPDATE" });
    });

    it("closes every connection after use, also after a failure", async () => {
        const { engine, server } = await start({
            run: (process) => finish(process, { code: process.command === "good" ? 0 : 1 }),
        });
        await engine.create({ connection: connectionTo(server), create: "good" });
        await engine.create({ connection: connectionTo(server), create: "bad" }).catch(() => undefined);
        await server.idle();
        assert.equal(server.accepted, 2);
    });
});
