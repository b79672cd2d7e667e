import assert from "node:assert/strict";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { finish } from "../sshServer";
import { connectionTo, start, stopAll } from "./fixture";

describe("command:remote:Command, a command's run", () => {
    afterEach(stopAll);

    it("puts the exit code, the command and all its output into the error", async () => {
        const { engine, server } = await start({
            run: (process) => finish(process, { stderr: "nginx: [emerg] line 3\n", code: 4 }),
        });
        await assert.rejects(
            engine.create({ connection: connectionTo(server), create: 'sh -c "nginx\n-t"', logging: "none" }),
            { message: 'Process exited with status 4: running "sh -c \\"nginx\\n-t\\"":\nnginx: [emerg] line 3\n' },
        );
    });

    it("puts the signal that ended the command into the error", async () => {
        const { engine, server } = await start({
            run: ({ channel }) => {
                channel.exit("SIGKILL", false, "");
                channel.end();
            },
        });
        await assert.rejects(engine.create({ connection: connectionTo(server), create: "x" }), {
            message: 'Process exited with status 137 from signal KILL: running "x":\n',
        });
    });

    it("says so when the connection is lost while the command runs", async () => {
        const { engine, server } = await start({ run: () => void server.close() });
        await assert.rejects(engine.create({ connection: connectionTo(server), create: "x" }), {
            message: 'wait: remote command exited without exit status or exit signal: running "x":\n',
        });
    });

    it("delivers stdin byte by byte, larger than a packet, and ends it", async () => {
        const text = `\u0000\r\n"'$x é ☃ 🂡\n${"line\n".repeat(600_000)}no end`;
        let received = "";
        const { engine, server } = await start({
            run: async (process) => {
                received = (await process.stdin()).toString("utf8");
                finish(process);
            },
        });
        await engine.create({ connection: connectionTo(server), create: "cat", stdin: text });
        assert.ok(received === text, "received === text");
    });

    it("ends stdin at once when there is none", async () => {
        const { engine, server } = await start({
            run: async (process) => finish(process, { stdout: String((await process.stdin()).length) }),
        });
        const { state } = await engine.create({ connection: connectionTo(server), create: "cat" });
        assert.equal(state["stdout"], "0");
    });

    it("succeeds when the command does not read its stdin", async () => {
        const { engine, server } = await start({ run: (process) => finish(process, { stdout: "done" }) });
        const { state } = await engine.create({
            connection: connectionTo(server),
            create: "true",
            stdin: "x".repeat(5_000_000),
        });
        assert.equal(state["stdout"], "done");
    });

    it("sets the variables that the server accepts", async () => {
        const { engine, server } = await start({ acceptEnv: () => true });
        await engine.create({
            connection: connectionTo(server),
            create: "x",
            environment: { LANG: "C", GREETING: "häl lo" },
        });
        assert.deepEqual(server.commands[0]?.environment, { LANG: "C", GREETING: "häl lo" });
    });

    it("fails without running the command when the server refuses a variable", async () => {
        const { engine, server } = await start({ acceptEnv: (name) => name === "LANG" });
        await assert.rejects(
            engine.create({
                connection: connectionTo(server),
                create: "x",
                environment: { LANG: "C", TOKEN: "t0ken" },
            }),
            { message: 'could not set environment variable "TOKEN": ssh: setenv failed' },
        );
        assert.equal(server.commands.length, 0);
        assert.match(engine.logs.map(({ text }) => text).join(), /^Unable to set 'TOKEN'.*AcceptEnv/);
        assert.doesNotMatch(JSON.stringify(engine.logs), /t0ken/);
    });

    it("hands the previous output to an update", async () => {
        const { engine, server } = await start({ acceptEnv: () => true });
        const inputs = { connection: connectionTo(server), create: "x" };
        await engine.update({ ...inputs, stdout: "out", stderr: "err" }, inputs);
        assert.deepEqual(server.commands[0]?.environment, {
            PULUMI_COMMAND_STDOUT: "out",
            PULUMI_COMMAND_STDERR: "err",
        });
    });

    it("only warns when the server refuses the previous output", async () => {
        const { engine, server } = await start();
        const inputs = { connection: connectionTo(server), create: "x" };
        await engine.update({ ...inputs, stdout: "out", stderr: "" }, inputs);
        assert.equal(server.commands.length, 1);
        assert.deepEqual(
            engine.logs.map(({ severity, text }) => [severity, text.slice(0, 37)]),
            [[2, "Unable to set 'PULUMI_COMMAND_STDOUT'"]],
        );
    });

    it("does not send the previous output with addPreviousOutputInEnv false", async () => {
        const { engine, server } = await start({ acceptEnv: () => true });
        const inputs = { connection: connectionTo(server), create: "x", addPreviousOutputInEnv: false };
        await engine.update({ ...inputs, stdout: "out", stderr: "err" }, inputs);
        assert.deepEqual([server.commands[0]?.environment, engine.logs], [{}, []]);
    });

    const lines = {
        stdout: ["to stdout"],
        stderr: ["to stderr"],
        stdoutAndStderr: ["to stderr", "to stdout"],
        none: [],
    };
    for (const [logging, expected] of Object.entries(lines)) {
        it(`logs the lines that logging ${logging} asks for, as the resource's status`, async () => {
            const { engine, server } = await start({
                run: (process) => finish(process, { stdout: "to stdout\n", stderr: "to stderr" }),
            });
            await engine.create({ connection: connectionTo(server), create: "x", logging });
            assert.deepEqual(engine.logs.map(({ text }) => text).sort(), expected);
            assert.ok(
                engine.logs.every(({ ephemeral, urn }) => ephemeral && urn === engine.urn()),
                "engine.logs.every(({ ephemeral, urn }) => ephemeral && urn === engine.urn())",
            );
        });
    }

    it("logs a line as soon as it is complete, while the command still runs", async () => {
        const { engine, server } = await start({
            run: async (process) => {
                process.channel.write("half ");
                process.channel.write("line\nrest");
                while (engine.logs.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
                finish(process, { stdout: String(engine.logs[0]?.text) });
            },
        });
        const { state } = await engine.create({ connection: connectionTo(server), create: "x" });
        assert.equal(state["stdout"], "half line\nresthalf line");
    });

    it("ends the session when the engine's time-out is over, and shows the output so far", async () => {
        const { engine, server } = await start({ run: ({ channel }) => void channel.write("waiting for apt\n") });
        await assert.rejects(
            engine.create({ connection: connectionTo(server), create: "sleep 60" }, { timeout: 0.7 }),
            {
                message:
                    'timed out after 0.7 s, the time-out set for this resource: running "sleep 60":\nwaiting for apt\n',
            },
        );
        await server.idle();
    });

    it("ends the session when the engine cancels", async () => {
        const { engine, server } = await start({ run: () => void engine.client.cancel(new Empty(), () => undefined) });
        await assert.rejects(engine.create({ connection: connectionTo(server), create: "sleep 60" }), {
            message: 'cancelled: running "sleep 60":\n',
        });
        await server.idle();
    });
});
