import assert from "node:assert/strict";
import { itNeeds } from "../programs";
import { credentialsText } from "./demo";
import { FakeHost, fakeHostForEachTest, noFakeHost } from "./fakeHost";

const need = noFakeHost();
const STORE = "/var/lib/ha-api/credentials";

describe("the keep-credentials program", function () {
    this.timeout(30_000);
    let host: FakeHost;
    fakeHostForEachTest((fresh) => {
        host = fresh;
    });

    const base64 = (text: string): string => Buffer.from(text).toString("base64");
    const kept = (): Record<string, string | undefined> =>
        Object.fromEntries(host.list(STORE).map((name) => [name, host.read(`${STORE}/${name}`)]));

    /** What it prints; fails the test when it fails. */
    async function keeps(input: string): Promise<string> {
        const { status, output } = await host.run("keep-credentials", input);
        assert.equal(status, 0, output);
        assert.match(output, /^[0-9a-f]{12}\n$/, "nothing but the checksum is printed");
        return output;
    }
    async function refuses(input: string, why: RegExp): Promise<void> {
        const { status, output } = await host.run("keep-credentials", input);
        assert.equal(status, 1);
        assert.match(output, why);
        assert.doesNotMatch(output, /one|dHdv|b25l/, "no credential is printed");
    }

    itNeeds(need, "keeps what comes, byte by byte, for root alone", async () => {
        const value = "two words\n\\back\\slash $HOME `id`\n\n\0\u00fc";
        await keeps(credentialsText({ "server-key": value, "vrrp-password": "no line break" }));
        assert.deepEqual(kept(), { "server-key": value, "vrrp-password": "no line break" });
        for (const name of host.list(STORE)) assert.equal(host.mode(`${STORE}/${name}`), 0o600);
        assert.equal(host.mode(STORE), 0o700);
        assert.equal(host.mode(`${STORE}.key`), 0o600);
    });

    itNeeds(
        need,
        "prints the same checksum for the same credentials, and another when one changes, comes or goes",
        async () => {
            const first = await keeps(credentialsText({ "server-key": "one" }));
            assert.equal(await keeps(credentialsText({ "server-key": "one" })), first);
            const others = [
                await keeps(credentialsText({ "server-key": "two" })),
                await keeps(credentialsText({ "client-key": "one" })),
                await keeps(credentialsText({ "server-key": "one", "client-key": "one" })),
                await keeps("end\n"),
            ];
            assert.equal(new Set([first, ...others]).size, 5);
            assert.equal(await keeps(credentialsText({ "server-key": "one" })), first);
        },
    );

    itNeeds(need, "prints a checksum that another host, with a key of its own, would not", async () => {
        const here = await keeps(credentialsText({ "vrrp-password": "one" }));
        const other = new FakeHost();
        await other.start();
        try {
            assert.notEqual(
                (await other.run("keep-credentials", credentialsText({ "vrrp-password": "one" }))).output,
                here,
            );
        } finally {
            await other.stop();
        }
    });

    itNeeds(need, "forgets what does not come any more", async () => {
        await keeps(credentialsText({ "server-key": "one", "client-key": "two" }));
        await keeps(credentialsText({ "client-key": "two" }));
        assert.deepEqual(kept(), { "client-key": "two" });
        await keeps("end\n");
        assert.deepEqual(kept(), {});
    });

    itNeeds(need, "changes nothing when what came was cut off, at whatever place, or is none", async () => {
        const before = { "server-key": "one" };
        await keeps(credentialsText(before));
        const whole = credentialsText({ "server-key": "two", "client-key": "two".repeat(40) });
        for (const length of [0, 5, 11, 14, 16, 40, whole.length - 4, whole.length - 1])
            await refuses(whole.slice(0, length), /were cut off; nothing was changed/);
        await refuses("server-key %%%\nend\n", /server-key did not arrive whole/);
        await refuses(`../server-key ${base64("two")}\nend\n`, /unusable name/);
        assert.deepEqual(kept(), before);
        assert.deepEqual(
            host.list("/var/lib/ha-api").sort(),
            ["credentials", "credentials.key", "lock"],
            "no half-made folder is left",
        );
    });
});
