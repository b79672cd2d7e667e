/** The number by which a version knows a host that a newer one has set up. */
import assert from "node:assert/strict";
import { programText } from "../../../components/host/assemble";
import { itNeeds } from "../programs";
import { type FakeHost, fakeHostForEachTest, noFakeHost } from "./fakeHost";
import { shellOutcome } from "./parts/run";

const need = noFakeHost();
const LAYOUT = "/var/lib/ha-api/layout";
const CONF = "/etc/demo/demo.conf";

describe("the layout of a host", function () {
    this.timeout(30_000);
    let host: FakeHost;
    fakeHostForEachTest((fresh) => {
        host = fresh;
    });

    const converge = (answer = "one") =>
        host.run(
            "converge",
            `==== host 10.30.100.101\n==== file ${CONF} 0644\nanswer ${answer}\n==== service demo\nprocess demo\n` +
                `reload-after ${CONF}\nready-answer 127.0.0.1 ${host.port} banner ${answer}\n==== end\n`,
        );
    const now = /\bLAYOUT=(\d+)/.exec(programText("converge"))![1]!;

    itNeeds(need, "is on record after the first configuration", async () => {
        const { status, output } = await converge();
        assert.equal(status, 0, output);
        assert.equal(host.read(LAYOUT), `${now}\n`);
    });

    itNeeds(need, "is put on record where an earlier version, which knew no layouts, has set the host up", async () => {
        await converge();
        for (const left of [undefined, ""]) {
            if (left === undefined) host.remove(LAYOUT);
            else host.write(LAYOUT, left);
            const { status, output } = await converge();
            assert.equal(status, 0, output);
            assert.match(output, /nothing to change/);
            assert.equal(host.read(LAYOUT), `${now}\n`);
        }
    });

    itNeeds(
        need,
        "of a newer version, or one that cannot be read, is left alone, and one is told how to go on",
        async () => {
            await converge();
            host.orders();
            for (const there of [`${Number(now) + 1}\n`, "two\n"]) {
                host.write(LAYOUT, there);
                const before = host.list("/var/lib/ha-api");
                const { status, output } = await converge("two");
                assert.equal(status, 1, output);
                assert.match(
                    output,
                    new RegExp(`layout says '${there.trim()}', and this version knows ${now} at most`),
                );
                assert.match(output, /Nothing was changed\. Run pulumi up with that version or a newer one/);
                assert.match(output, /run pulumi destroy with the newer one first, then pulumi up with this one/);
                assert.equal(host.read(CONF), "answer one\n");
                assert.equal(host.read(LAYOUT), there);
                assert.deepEqual([host.orders(), host.list("/var/lib/ha-api")], [[], before]);
            }
        },
    );

    it("stops the packages step too, before it replaces the programs on the host", () => {
        const main = "id() { echo 0; }\n. lib/log.sh\n. lib/refuse.sh\n. lib/layout.sh\n. packages/setup.sh\n";
        const { status, output } = shellOutcome(`${main}echo ${Number(now) + 1} > "$STATE/layout"; setup`);
        assert.equal(status, 1, output);
        assert.match(output, /a newer version of HaApiLoadBalancer has set this host up/);
    });
});
