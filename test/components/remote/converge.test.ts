import assert from "node:assert/strict";
import { chmodSync, statSync } from "node:fs";
import { join } from "node:path";
import { itNeeds } from "../programs";
import { FakeHost, noFakeHost } from "./fakeHost";

const need = noFakeHost();

describe("the converge program", function () {
    this.timeout(30_000);
    let host: FakeHost;
    beforeEach(async () => {
        if (need !== false) return;
        host = new FakeHost();
        await host.start();
    });
    afterEach(async () => {
        if (need === false) await host.stop();
    });

    const CONF = "/etc/demo/demo.conf";
    interface Wanted { answer?: string; conf?: string; files?: Record<string, string>; address?: string; mode?: string }
    /** A manifest for the demo service; `answer` is what the service must say when it runs the file. */
    function manifest({ answer = "one", conf = `answer ${answer}\n`, files = {}, address = "10.30.100.101", mode = "0644" }: Wanted = {}): string {
        return [
            `==== host ${address}\n`,
            `==== file ${CONF} ${mode}\n${conf}`,
            ...Object.entries(files).map(([path, content]) => `==== file ${path} 0644\n${content}`),
            `==== service demo\ncheck demo-check {${CONF}}\nreload-after ${CONF}\nready-answer 127.0.0.1 ${host.port} banner ${answer}\n`,
            `port tcp 6443 *\nprocess demo\nrunning-flag /run/ha-api/proxy-down\n`,
            "==== end\n",
        ].join("");
    }
    async function succeeds(text: string): Promise<string> {
        const { status, said } = await host.run("converge", text);
        assert.equal(status, 0, said);
        return said;
    }
    async function fails(text: string): Promise<string> {
        const { status, said } = await host.run("converge", text);
        assert.equal(status, 1, said);
        return said;
    }

    itNeeds(need, "writes the files with their permissions, enables and starts the service", async () => {
        const said = await succeeds(manifest({ mode: "0755", files: { "/etc/demo/other": "  two  spaces \\ and a backslash\n\nlast" + "\n" } }));
        assert.match(said, /wrote \/etc\/demo\/demo\.conf/);
        assert.equal(host.read(CONF), "answer one\n");
        assert.equal(host.read("/etc/demo/other"), "  two  spaces \\ and a backslash\n\nlast\n");
        assert.equal(statSync(join(host.folder, CONF)).mode & 0o777, 0o755);
        assert.deepEqual(host.orders(), ["daemon-reload", "enable --quiet demo", "start demo"]);
        assert.equal(host.get("enabled", "demo"), "enabled");
    });

    itNeeds(need, "changes nothing when it runs again", async () => {
        await succeeds(manifest());
        host.orders();
        const before = statSync(join(host.folder, CONF)).mtimeMs;
        assert.match(await succeeds(manifest()), /nothing to change/);
        assert.deepEqual(host.orders(), []);
        assert.equal(statSync(join(host.folder, CONF)).mtimeMs, before);
    });

    itNeeds(need, "reloads a running service, and does not restart it, when its configuration changes", async () => {
        await succeeds(manifest());
        host.orders();
        await succeeds(manifest({ answer: "two" }));
        assert.deepEqual(host.orders(), ["daemon-reload", "reload demo"]);
        assert.equal(host.running("demo"), "answer two\n");
    });

    itNeeds(need, "leaves a service alone when only a file it does not read changed", async () => {
        await succeeds(manifest({ files: { "/etc/demo/other": "1\n" } }));
        host.orders();
        await succeeds(manifest({ files: { "/etc/demo/other": "2\n" } }));
        assert.deepEqual(host.orders(), ["daemon-reload"]);
    });

    itNeeds(need, "puts edited content and permissions right again", async () => {
        await succeeds(manifest());
        host.write(CONF, "answer one\n# edited by hand\n");
        await succeeds(manifest());
        assert.equal(host.read(CONF), "answer one\n");
        chmodSync(join(host.folder, CONF), 0o666);
        await succeeds(manifest());
        assert.equal(statSync(join(host.folder, CONF)).mode & 0o777, 0o644);
    });

    itNeeds(need, "refuses a manifest that was cut off, wherever, and changes nothing", async () => {
        const whole = manifest();
        for (const length of [0, 20, whole.indexOf("==== service"), whole.length - 6]) {
            assert.match(await fails(whole.slice(0, length)), /the manifest was cut off; nothing was changed/);
        }
        assert.deepEqual(host.etc(), []);
        assert.deepEqual(host.orders(), []);
    });

    itNeeds(need, "refuses a manifest with a block it does not know", async () => {
        assert.match(await fails(manifest().replace("==== service demo", "==== daemon demo")), /unknown block: ==== daemon demo/);
        assert.deepEqual(host.etc(), []);
    });

    itNeeds(need, "leaves every file as it was when the daemon refuses its configuration, and prints its words with the path people know", async () => {
        await succeeds(manifest({ files: { "/etc/demo/other": "1\n" } }));
        host.orders();
        const said = await fails(manifest({ conf: "answer one\nbroken\n", files: { "/etc/demo/other": "2\n" } }));
        assert.match(said, /demo refuses the new configuration; the old one stays in service:/);
        assert.match(said, /^demo: unknown directive in \/etc\/demo\/demo\.conf:2$/m);
        assert.equal(host.read(CONF), "answer one\n");
        assert.equal(host.read("/etc/demo/other"), "1\n");
        assert.deepEqual(host.orders(), []);
    });

    itNeeds(need, "goes back when the service does not come to run the new configuration, with the service's last words", async () => {
        await succeeds(manifest());
        host.orders();
        const said = await fails(manifest({ answer: "two", conf: "answer something else\n" }));
        assert.match(said, /went back to the configuration before: demo did not run the new configuration within 1 s: demo: last words/);
        assert.equal(host.read(CONF), "answer one\n");
        assert.equal(host.running("demo"), "answer one\n", "the service was reloaded with the old file");
        assert.match(await succeeds(manifest()), /nothing to change/);
    });

    itNeeds(need, "leaves no file behind on a new host whose service does not start", async () => {
        host.fail("start");
        assert.match(await fails(manifest()), /demo could not be started: demo: last words/);
        assert.equal(host.read(CONF), undefined);
        assert.equal(host.get("active", "demo") ?? "inactive", "inactive");
    });

    itNeeds(need, "removes a file that is no longer wanted", async () => {
        await succeeds(manifest({ files: { "/etc/demo/other": "1\n" } }));
        assert.match(await succeeds(manifest()), /removed \/etc\/demo\/other/);
        assert.equal(host.read("/etc/demo/other"), undefined);
        assert.match(await succeeds(manifest()), /nothing to change/);
    });

    itNeeds(need, "gives a file that was there before it back when it is no longer wanted", async () => {
        host.write("/etc/demo/other", "the machine's own\n");
        await succeeds(manifest({ files: { "/etc/demo/other": "1\n" } }));
        await succeeds(manifest({ files: { "/etc/demo/other": "2\n" } }));
        await succeeds(manifest());
        assert.equal(host.read("/etc/demo/other"), "the machine's own\n");
    });

    itNeeds(need, "still knows a file whose removal it took back", async () => {
        host.write("/etc/demo/other", "the machine's own\n");
        await succeeds(manifest({ files: { "/etc/demo/other": "1\n" } }));
        await fails(manifest({ answer: "two", conf: "answer something else\n" }));
        assert.equal(host.read("/etc/demo/other"), "1\n");
        await succeeds(manifest());
        assert.equal(host.read("/etc/demo/other"), "the machine's own\n");
    });

    itNeeds(need, "fills in the interface that has the host's address", async () => {
        await succeeds(manifest({ files: { "/etc/demo/other": "interface @interface@ {@interface@}\n" } }));
        assert.equal(host.read("/etc/demo/other"), "interface ens18 {ens18}\n");
    });

    itNeeds(need, "leaves out a file for networkd where networkd does not run, and finds its name where it does", async () => {
        const files = { "/etc/systemd/network/@network-file@.d/50-ha-api.conf": "[Network]\n" };
        await succeeds(manifest({ files }));
        assert.deepEqual(host.etc().filter((name) => name.startsWith("systemd")), []);
        host.set("active", "systemd-networkd", "active");
        await succeeds(manifest({ files }));
        assert.equal(host.read("/etc/systemd/network/10-netplan-ens18.network.d/50-ha-api.conf"), "[Network]\n");
    });

    itNeeds(need, "refuses a host that does not have its address, and says which it has", async () => {
        assert.match(await fails(manifest({ address: "10.30.100.109" })), /no interface has the address 10\.30\.100\.109; it has: ens18 10\.30\.100\.101\/24/);
        assert.deepEqual(host.etc(), []);
    });

    itNeeds(need, "clears the flag that says the proxy is down when the service ran before its drop-in came", async () => {
        host.write(CONF, "answer one\n");
        host.set("active", "demo", "active");
        host.write("/run/ha-api/proxy-down", "1\n");
        host.write("/etc/other", "x");
        await succeeds(manifest({ answer: "two" }));
        assert.equal(host.read("/run/ha-api/proxy-down"), "0\n");
    });

    describe("and the restore program after it", () => {
        itNeeds(need, "give a machine its own files and services back", async () => {
            host.write(CONF, "answer own\n");
            host.set("active", "demo", "active");
            host.set("enabled", "demo", "enabled");
            await succeeds(manifest({ files: { "/etc/demo/other": "1\n" } }));
            const { status, said } = await host.run("restore");
            assert.equal(status, 0, said);
            assert.equal(host.read(CONF), "answer own\n");
            assert.equal(host.read("/etc/demo/other"), undefined);
            assert.equal(host.running("demo"), "answer own\n");
            assert.equal(host.get("enabled", "demo"), "enabled");
        });

        itNeeds(need, "leave nothing on a machine that had nothing", async () => {
            await succeeds(manifest());
            assert.equal((await host.run("restore")).status, 0);
            assert.deepEqual(host.etc(), []);
            assert.equal(host.get("active", "demo"), "inactive");
            assert.equal(host.get("enabled", "demo"), "disabled");
        });

        itNeeds(need, "can be run twice", async () => {
            await succeeds(manifest());
            await host.run("restore");
            const { status, said } = await host.run("restore");
            assert.equal(status, 0);
            assert.match(said, /nothing to restore/);
        });
    });
});
