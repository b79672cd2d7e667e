import assert from "node:assert/strict";
import { commandProvider } from "../../../plugin-stand-ins/command/provider";
import { Engine } from "../harness";

describe("command:local:Command of the stand-in", () => {
    let engine: Engine;

    before(async () => {
        engine = await Engine.start(commandProvider, "command:local:Command");
    });
    after(() => engine.stop());

    it("runs the command with its environment, and keeps its output", async () => {
        const { state } = await engine.create({
            create: "printf '%s\\n' \"$WORDS\"",
            environment: { WORDS: "two words" },
        });
        assert.equal(state["stdout"], "two words");
    });

    it("fails with the exit status, the command and its output, as the official plugin does", async () => {
        await assert.rejects(
            engine.create({
                create: "process.stderr.write('so it is'); process.exitCode = 3",
                interpreter: [process.execPath, "-e"],
            }),
            ({ message }: Error) => {
                assert.equal(
                    message,
                    "exit status 3: running \"process.stderr.write('so it is'); process.exitCode = 3\":\nso it is",
                );
                return true;
            },
        );
    });

    it("runs nothing in a preview, and refuses what it does not know", async () => {
        const { failures } = await engine.check({ create: "true", dir: "/" });
        assert.deepEqual(failures, [{ property: "dir", reason: "Unrecognized field 'dir'" }]);
    });
});
