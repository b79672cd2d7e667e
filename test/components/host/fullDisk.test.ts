/** The converge program on a disk that fills up: what is in place is always a whole file, and what it says is so. */
import assert from "node:assert/strict";
import { itNeeds, type Outcome } from "../programs";
import { credentialsText } from "./demo";
import { type FakeHost, fakeHostForEachTest, noFakeHost } from "./fakeHost";

const need = noFakeHost();
const CONF = "/etc/demo/demo.conf",
    OTHER = "/etc/demo/other";

describe("the converge program on a full disk", function () {
    this.timeout(120_000);
    let host: FakeHost;
    fakeHostForEachTest((fresh) => {
        host = fresh;
    }, 8192);

    /** A file of 20 kB, so that it does not fit where a few are left. */
    const text = (word: string): string => `answer ${word}\n${`# ${word} ${"x".repeat(60)}\n`.repeat(300)}`;
    const manifest = (word: string, serves = word): string =>
        [
            "==== host 10.30.100.101\n",
            ...[CONF, OTHER, "/etc/demo/third"].map((path) => `==== file ${path} 0644\n${text(word)}`),
            `==== service demo\ncheck demo-check {${CONF}}\nreload-after ${CONF}\nready-answer 127.0.0.1 ` +
                `${host.port} banner ${serves}\n`,
            "port tcp 6443 *\nprocess demo\nrunning-flag /run/ha-api/proxy-down\n",
            "==== end\n",
        ].join("");
    const converge = (word: string, serves = word): Promise<Outcome> => host.run("converge", manifest(word, serves));
    /** Each file by the word it was written with; its size where it is not whole. */
    const files = (): string =>
        [CONF, OTHER, "/etc/demo/third"]
            .map((path) => {
                const there = host.read(path);
                return ["one", "two"].find((word) => there === text(word)) ?? `${there?.length} bytes`;
            })
            .join(" ");
    const leftovers = (): string[] =>
        [...host.list("/var/lib/ha-api"), ...host.etc()].filter((name) =>
            /^run\.|ha-api-new$|\.new$|^(before|pending|preparing)$/.test(name),
        );

    itNeeds(
        need,
        "refuses to begin where there is no room, with figures and the host's name, and changes nothing",
        async () => {
            assert.equal((await converge("one")).status, 0);
            host.fill(48);
            host.orders();
            const { status, output } = await converge("two");
            assert.equal(status, 1, output);
            assert.match(
                output,
                /^\S+: there is no room for the new configuration: \S+ has 4\d kB free, and \d{4} kB are needed\. Nothing was changed\. Make room and run again\.\n$/,
            );
            assert.equal(files(), "one one one");
            assert.deepEqual([host.orders(), leftovers()], [[], []]);
            host.fill();
            assert.equal((await converge("two")).status, 0);
        },
    );

    itNeeds(need, "leaves whole files, and reports the state truly, wherever the room ends", async () => {
        // Room that was there at the look before, and is gone when it is needed.
        host.alter("converge", (program) => program.replace("SPARE_KB=1024", "SPARE_KB=-99999"));
        assert.equal((await converge("one")).status, 0);
        for (let leave = 0; leave <= 240; leave += 20) {
            host.fill(leave);
            const { status, output } = await converge("two");
            const where = `with ${leave} kB left: ${output}`;
            assert.equal(files(), status === 0 ? "two two two" : "one one one", where);
            if (status !== 0) assert.match(output, /^\S+: .*nothing was changed/im, where);
            // A copy for the checker that was cut is no fault of the configuration.
            assert.doesNotMatch(output, /refuses the new configuration/);
            assert.deepEqual(leftovers(), [], where);
            host.fill();
            assert.equal((await converge("one")).status, 0);
            assert.ok(host.running("demo") === text("one"), "the service runs with the first configuration");
        }
    });

    itNeeds(need, "rolls back also when the disk fills up while the service comes up: that needs no room", async () => {
        host.alter("converge", (program) => program.replace("SPARE_KB=1024", "SPARE_KB=-99999"));
        assert.equal((await converge("one")).status, 0);
        const left = { status: 0, output: "" };
        for (let leave = 0; leave <= 400 && !/went back to the configuration before/.test(left.output); leave += 40) {
            host.fill(leave);
            Object.assign(left, await converge("two", "something else"));
            assert.equal(left.status, 1);
            assert.equal(files(), "one one one", `with ${leave} kB left: ${left.output}`);
        }
        assert.match(left.output, /went back to the configuration before: demo did not run the new configuration/);
        assert.deepEqual(leftovers(), []);
    });

    itNeeds(need, "keeps its lists whole", async () => {
        assert.equal((await converge("one")).status, 0);
        const managed = host.read("/var/lib/ha-api/managed");
        host.alter("converge", (program) => program.replace("SPARE_KB=1024", "SPARE_KB=-99999"));
        for (let leave = 0; leave <= 280; leave += 60) {
            host.fill(leave);
            await host.run("converge", manifest("two").replace(/==== file \/etc\/demo\/third 0644\n[^=]*/, ""));
            const after = host.read("/var/lib/ha-api/managed")!;
            assert.ok(after === managed || after === `${CONF}\n${OTHER}\n`, `with ${leave} kB left: ${after}`);
            host.fill();
            assert.equal((await converge("one")).status, 0);
        }
    });

    itNeeds(
        need,
        "keeps the credentials from before where new ones do not fit, and says that it is the room",
        async () => {
            const input = (key: string): string => credentialsText({ "server-key": key });
            assert.equal((await host.run("keep-credentials", input("first"))).status, 0);
            host.fill(4);
            const { status, output } = await host.run("keep-credentials", input("second".repeat(3000)));
            assert.equal(status, 1);
            assert.match(
                output,
                /^\S+: the credential server-key could not be written: \d+ kB are free at \/var\/lib\/ha-api\. The credentials from before are kept\. Make room and run again\.\n$/,
            );
            assert.deepEqual(
                [host.read("/var/lib/ha-api/credentials/server-key"), host.list("/var/lib/ha-api")],
                ["first", ["credentials", "credentials.key", "lock"]],
            );
        },
    );
});
