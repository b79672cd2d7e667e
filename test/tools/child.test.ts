import assert from "node:assert/strict";
import { child, childWith, howItEnded } from "../../tools/child";

const sh = (text: string, options: Parameters<typeof child>[2] = {}) => child("sh", ["-c", text], options);

describe("a child process", () => {
    it("gives its input, its output apart and together, and its status", async () => {
        const ended = await sh("cat; echo wrong >&2; echo end; exit 3", { input: "text\n" });
        assert.deepEqual(
            [ended.status, ended.stdout, ended.stderr, howItEnded(ended)],
            [3, "text\nend\n", "wrong\n", "exit status 3"],
        );
        // Two pipes: which comes first is not certain.
        assert.deepEqual(ended.output.split("\n").sort(), ["", "end", "text", "wrong"]);
    });

    it("has an empty input without one, and variables besides this process's own", async () => {
        const { output } = await sh('cat; echo "$OWN $HOME"', { env: { OWN: "x" } });
        assert.equal(output, `x ${process.env["HOME"]}\n`);
        assert.equal((await sh('echo "${HOME-none}"', { env: { HOME: undefined } })).output, "none\n");
    });

    it("is ended when it takes too long, also where what it started goes on", async () => {
        const began = Date.now();
        const ended = await sh("echo begun; sleep 20 & wait", { timeout: 300 });
        assert.deepEqual([ended.timedOut, ended.stdout, howItEnded(ended)], [true, "begun\n", "it took too long"]);
        assert.ok(Date.now() - began < 15_000, "it did not wait for the other");
    });

    it("reports what cannot be started, and what a signal ended", async () => {
        assert.match(howItEnded(await child("/nonexistent/program", [])), /ENOENT/);
        assert.equal(howItEnded(await sh("kill -TERM $$")), "SIGTERM");
        // It reads nothing of what is sent.
        assert.equal((await child("true", [], { input: "x".repeat(1_000_000) })).status, 0);
    });

    it("may leave a program behind where its output goes nowhere", async () => {
        const began = Date.now();
        assert.equal((await childWith("ignore", "sh", ["-c", "sleep 20 & exit 0"])).status, 0);
        assert.ok(Date.now() - began < 19_000, "it did not wait for the other");
    });
});
