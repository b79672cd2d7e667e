import assert from "node:assert/strict";
import { chmodSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { itNeeds } from "../programs";
import { asOther, CONF, manifestFor, type Wanted, withCredential } from "./demo";
import { type FakeHost, fakeHostForEachTest, noFakeHost } from "./fakeHost";

const need = noFakeHost();

describe("the converge program", function () {
    this.timeout(30_000);
    let host: FakeHost;
    fakeHostForEachTest((fresh) => {
        host = fresh;
    });

    const manifest = (wanted?: Wanted): string => manifestFor(host, wanted);
    async function succeeds(text: string): Promise<string> {
        const { status, output } = await host.run("converge", text);
        assert.equal(status, 0, output);
        return output;
    }
    async function fails(text: string): Promise<string> {
        const { status, output } = await host.run("converge", text);
        assert.equal(status, 1, output);
        return output;
    }

    itNeeds(need, "writes the files with their permissions, enables and starts the service", async () => {
        const output = await succeeds(
            manifest({ mode: "0755", files: { "/etc/demo/other": "  two  spaces \\ and a backslash\n\nlast" + "\n" } }),
        );
        assert.match(output, /wrote \/etc\/demo\/demo\.conf/);
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
        assert.match(
            await fails(manifest().replace("==== service demo", "==== daemon demo")),
            /unknown block: ==== daemon demo/,
        );
        assert.deepEqual(host.etc(), []);
    });

    itNeeds(
        need,
        "leaves every file as it was when the daemon refuses its configuration, and prints its words with " +
            "the path people know",
        async () => {
            await succeeds(manifest({ files: { "/etc/demo/other": "1\n" } }));
            host.orders();
            const output = await fails(manifest({ conf: "answer one\nbroken\n", files: { "/etc/demo/other": "2\n" } }));
            assert.match(output, /demo refuses the new configuration; the old one stays in service:/);
            assert.match(output, /^demo: unknown directive in \/etc\/demo\/demo\.conf:2$/m);
            assert.equal(host.read(CONF), "answer one\n");
            assert.equal(host.read("/etc/demo/other"), "1\n");
            assert.deepEqual(host.orders(), []);
        },
    );

    itNeeds(
        need,
        "goes back when the service does not come to run the new configuration, with the service's last words",
        async () => {
            await succeeds(manifest());
            host.orders();
            const output = await fails(manifest({ answer: "two", conf: "answer something else\n" }));
            assert.match(
                output,
                /went back to the configuration before: demo did not run the new configuration within 1 s: demo: last words/,
            );
            assert.equal(host.read(CONF), "answer one\n");
            assert.equal(host.running("demo"), "answer one\n", "the service was reloaded with the old file");
            assert.match(await succeeds(manifest()), /nothing to change/);
        },
    );

    itNeeds(need, "waits for each of the service's listeners, and names one that does not come", async () => {
        const listeners = manifest().replace(
            "port tcp 6443 *\n",
            "port tcp 6443 *\nport tcp 9345 10.30.100.100\nport udp 53 *\n",
        );
        const sockets = [
            "tcp LISTEN 0 511 0.0.0.0:6443 0.0.0.0:*",
            "tcp LISTEN 0 511 10.30.100.100:9345 0.0.0.0:*",
            "tcp LISTEN 0 511 0.0.0.0:53 0.0.0.0:*",
        ];
        const listening = (): void =>
            host.listening(sockets.map((socket) => `${socket} users:(("demo",pid=7,fd=5))\n`).join(""));
        listening();
        assert.match(await fails(listeners), /demo did not listen on port 53\/udp within/);
        sockets.push("udp UNCONN 0 0 0.0.0.0:53 0.0.0.0:*");
        listening();
        await succeeds(listeners);
    });

    itNeeds(need, "leaves no file behind on a new host whose service does not start", async () => {
        host.fail("start");
        assert.match(await fails(manifest()), /demo could not be started: demo: last words/);
        assert.equal(host.read(CONF), undefined);
        assert.equal(host.get("active", "demo") ?? "inactive", "inactive");
    });

    describe("after a run that was interrupted between its files and its services", () => {
        /** As when the machine stops there: the file is in place, the service runs with the one before. */
        async function cutOff(): Promise<void> {
            await succeeds(manifest());
            host.fail("cut-off");
            assert.equal((await host.run("converge", manifest({ answer: "two" }))).status, null);
            host.heal("cut-off");
            assert.equal(host.read(CONF), "answer two\n");
            assert.equal(host.running("demo"), "answer one\n");
            host.orders();
        }

        itNeeds(need, "brings the service to what the files say", async () => {
            await cutOff();
            assert.match(await succeeds(manifest({ answer: "two" })), /takes up what an earlier run did not finish/);
            assert.equal(host.running("demo"), "answer two\n");
            host.orders();
            assert.match(await succeeds(manifest({ answer: "two" })), /nothing to change/);
            assert.deepEqual(host.orders(), []);
        });

        itNeeds(need, "rolls back to the last configuration that served when it cannot go on", async () => {
            await cutOff();
            const output = await fails(manifest({ conf: "broken\n" }));
            assert.match(output, /went back to the configuration before: an earlier run was cut off/);
            assert.equal(host.read(CONF), "answer one\n");
            assert.equal(host.running("demo"), "answer one\n");
        });
    });

    itNeeds(need, "has the one configuration or the other, and knows which, wherever it is killed", async function () {
        this.timeout(180_000);
        const paths = [CONF, "/etc/demo/kept", "/etc/demo/sub/new", "/etc/demo/gone"];
        const before = manifest({ files: { "/etc/demo/kept": "one\n", "/etc/demo/gone": "one\n" } });
        const after = manifest({ answer: "two", files: { "/etc/demo/kept": "two\n", "/etc/demo/sub/new": "two\n" } });
        const there = (): string =>
            paths.map((path) => (host.read(path) ?? "none").trim().replace("answer ", "")).join(" ");
        const leftovers = (): string[] =>
            [...host.list("/var/lib/ha-api"), ...host.etc()].filter((name) =>
                /^run\.|ha-api-|\.n(ew|ext)$|^(before|pending|preparing|retired)$/.test(name),
            );
        // Whoever changes a name counts, and the one whose turn it is kills the program that asked for it.
        for (const name of ["mv", "rm", "ln"]) {
            host.program(
                name,
                `if [[ -e $FAKE/kill-at ]]; then count=$(($(cat "$FAKE/kill-at") - 1)); echo $count > ` +
                    `"$FAKE/kill-at"; if ((count == 0)); then kill -KILL $PPID; exit; fi; fi; exec ` +
                    `/usr/bin/${name} "$@"`,
            );
        }
        await succeeds(before);
        for (let killAt = 1, killed = true; killed; killAt++) {
            host.writeFake("kill-at", `${killAt}\n`);
            const { status } = await host.run("converge", after);
            killed = status !== 0;
            host.writeFake("kill-at");
            // The next run gets nowhere; what is in place then is what it says.
            const output = await fails(after.replace("answer two", "broken"));
            assert.ok(
                ["one one none one", "two two two none"].includes(there()),
                `killed at ${killAt}: ${there()}: ${output}`,
            );
            if (output.includes("went back")) assert.equal(there(), "one one none one", `killed at ${killAt}`);
            assert.deepEqual(leftovers(), [], `killed at ${killAt}`);
            await succeeds(before);
            assert.deepEqual(
                [there(), host.running("demo"), host.list("/etc/demo/sub")],
                ["one one none one", "answer one\n", []],
                `killed at ${killAt}`,
            );
        }
    });

    itNeeds(need, "rolls back when something fails unexpectedly", async () => {
        await succeeds(manifest());
        host.fail("daemon-reload");
        const output = await fails(manifest({ answer: "two" }));
        assert.match(output, /went back to the configuration before: the run ended before its time/);
        assert.equal(host.read(CONF), "answer one\n");
        host.heal("daemon-reload");
        assert.match(await succeeds(manifest()), /nothing to change/);
    });

    itNeeds(need, "removes a file that is no longer wanted", async () => {
        await succeeds(manifest({ files: { "/etc/demo/other": "1\n" } }));
        assert.match(await succeeds(manifest()), /removed \/etc\/demo\/other/);
        assert.equal(host.read("/etc/demo/other"), undefined);
        assert.match(await succeeds(manifest()), /nothing to change/);
    });

    itNeeds(need, "restores the file that was there before when ours is no longer wanted", async () => {
        host.write("/etc/demo/other", "the machine's own\n");
        await succeeds(manifest({ files: { "/etc/demo/other": "1\n" } }));
        await succeeds(manifest({ files: { "/etc/demo/other": "2\n" } }));
        await succeeds(manifest());
        assert.equal(host.read("/etc/demo/other"), "the machine's own\n");
    });

    itNeeds(need, "still manages a file whose removal was rolled back", async () => {
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

    itNeeds(
        need,
        "leaves out a file for networkd where networkd does not run, and finds its name where it does",
        async () => {
            const files = { "/etc/systemd/network/@network-file@.d/50-ha-api.conf": "[Network]\n" };
            await succeeds(manifest({ files }));
            assert.deepEqual(
                host.etc().filter((name) => name.startsWith("systemd")),
                [],
            );
            host.set("active", "systemd-networkd", "active");
            await succeeds(manifest({ files }));
            assert.equal(host.read("/etc/systemd/network/10-netplan-ens18.network.d/50-ha-api.conf"), "[Network]\n");
        },
    );

    itNeeds(need, "finds the name of networkd's file without D-Bus too, by which networkctl asks", async () => {
        host.set("active", "systemd-networkd", "active");
        host.program("networkctl", "exit 1");
        host.write(
            "/run/systemd/netif/links/1",
            "ADMIN_STATE=configured\nNETWORK_FILE=/etc/systemd/network/20-lan.network\n",
        );
        host.alter("converge", (text) => text.replace("/sys/class/net/$interface/", "/sys/class/net/lo/"));
        await succeeds(manifest({ files: { "/etc/systemd/network/@network-file@.d/50-ha-api.conf": "[Network]\n" } }));
        assert.equal(host.read("/etc/systemd/network/20-lan.network.d/50-ha-api.conf"), "[Network]\n");
    });

    itNeeds(need, "refuses a host that does not have its address, and says which it has", async () => {
        assert.match(
            await fails(manifest({ address: "10.30.100.109" })),
            /no interface has the address 10\.30\.100\.109; it has: ens18 10\.30\.100\.101\/24/,
        );
        assert.deepEqual(host.etc(), []);
    });

    itNeeds(
        need,
        "clears the flag that says the proxy is down when the service ran before its drop-in came",
        async () => {
            host.write(CONF, "answer one\n");
            host.set("active", "demo", "active");
            host.write("/run/ha-api/proxy-down", "1\n");
            host.write("/etc/other", "x");
            await succeeds(manifest({ answer: "two" }));
            assert.equal(host.read("/run/ha-api/proxy-down"), "0\n");
        },
    );

    itNeeds(need, "makes the run-time folder again where it was removed, and has keepalived watch it", async () => {
        const withVrrp = `${manifest().replace("==== end\n", "")}==== service vrrp\nready-vrrp kube_api 10.30.100.100\n==== end\n`;
        host.write("/etc/vrrp/vrrp.conf", "");
        // As keepalived: it says what it is when it starts.
        const systemctl = readFileSync(join(host.folder, "sbin/systemctl"), "utf8");
        host.program(
            "systemctl",
            `${systemctl}\nif [[ "$*" == "start vrrp" || "$*" == "restart vrrp" ]]; then mkdir -p /run/ha-api/vrrp; echo BACKUP > ` +
                "/run/ha-api/vrrp/kube_api; fi",
        );
        await succeeds(withVrrp);
        assert.match(await succeeds(withVrrp), /nothing to change/);
        host.orders();
        host.remove("/run/ha-api");
        assert.match(await succeeds(withVrrp), /vrrp: restart/);
        assert.deepEqual(
            [host.read("/run/ha-api/proxy-down"), host.read("/run/ha-api/vrrp/kube_api")],
            ["0\n", "BACKUP\n"],
        );
        assert.deepEqual(host.orders(), ["restart vrrp"]);
    });

    itNeeds(need, "reports why it rolled back, also where it could not write that the proxy runs", async () => {
        await succeeds(manifest());
        host.remove("/run/ha-api/proxy-down");
        host.write("/run/ha-api/proxy-down/in-the-way", "");
        assert.match(
            await fails(manifest({ answer: "two" })),
            /went back to the configuration before: demo: the file that says whether it runs could not be written/,
        );
    });

    describe("when a port is taken", () => {
        const listening = (...lines: string[]): void =>
            host.listening(lines.map((line) => `tcp LISTEN 0 511 ${line}\n`).join(""));
        const onVip = (text: string): string => text.replace("port tcp 6443 *", "port tcp 6443 10.30.100.100");

        itNeeds(need, "says by whom, and changes nothing", async () => {
            listening('*:6443 *:* users:(("kube-apiserver",pid=7,fd=5))');
            assert.match(
                await fails(manifest()),
                /port 6443\/tcp is taken on this host: \*:6443 users:\(\("kube-apiserver",pid=7,fd=5\)\)\. Choose another port.*listenOn: vip\. Nothing was changed\./,
            );
            assert.deepEqual(host.etc(), []);
            assert.deepEqual(host.orders(), []);
        });

        for (const [what, socket] of [
            ["all addresses", "0.0.0.0:6443 0.0.0.0:*"],
            ["all addresses, IPv6 too", "[::]:6443 [::]:*"],
            ["the VIP itself", "10.30.100.100:6443 0.0.0.0:*"],
        ] as const) {
            itNeeds(need, `refuses to listen on the VIP beside a program that has ${what}`, async () => {
                listening(`${socket} users:(("kube-apiserver",pid=7,fd=5))`);
                assert.match(await fails(onVip(manifest())), /port 6443\/tcp is taken on this host/);
            });
        }

        itNeeds(need, "listens on the VIP beside a program that has the host's own address", async () => {
            listening(
                '10.30.100.101:6443 0.0.0.0:* users:(("kube-apiserver",pid=7,fd=5))',
                '10.30.100.100:6443 0.0.0.0:* users:(("demo",pid=8,fd=5))',
            );
            await succeeds(onVip(manifest()));
        });

        itNeeds(
            need,
            "is not disturbed by a program on the loopback address, nor by the proxy that it replaces",
            async () => {
                listening(
                    '127.0.0.1:6443 0.0.0.0:* users:(("kube-apiserver",pid=7,fd=5))',
                    '0.0.0.0:6443 0.0.0.0:* users:(("haproxy",pid=8,fd=5))',
                );
                await succeeds(manifest());
            },
        );

        itNeeds(
            need,
            "restarts the service, as a reload cannot free it, when it goes from all addresses to the VIP and back",
            async () => {
                await succeeds(manifest());
                host.orders();
                await succeeds(onVip(manifest({ answer: "two" })));
                assert.deepEqual(host.orders(), ["daemon-reload", "restart demo"]);
                listening('10.30.100.100:6443 0.0.0.0:* users:(("demo",pid=8,fd=5))');
                const output = await fails(manifest({ answer: "three", conf: "answer something else\n" }));
                assert.match(output, /went back to the configuration before/);
                assert.deepEqual(host.orders(), ["daemon-reload", "restart demo", "daemon-reload", "restart demo"]);
                assert.equal(host.running("demo"), "answer two\n");
            },
        );
    });

    describe("when another service takes its place", () => {
        beforeEach(() => {
            if (need === false)
                host.listening('tcp LISTEN 0 511 0.0.0.0:6443 0.0.0.0:* users:(("nginx",pid=7,fd=5))\n');
        });

        itNeeds(need, "stops and disables the old one before its files go", async () => {
            await succeeds(manifest());
            host.orders();
            const output = await succeeds(asOther(manifest({ answer: "one" })).replace(/ready-answer.*\n/, ""));
            assert.match(output, /demo: stop/);
            assert.deepEqual(host.orders(), [
                "disable --quiet demo",
                "stop demo",
                "daemon-reload",
                "enable --quiet other",
                "start other",
            ]);
            assert.equal(host.read(CONF), undefined);
            assert.equal(host.get("enabled", "demo"), "disabled");
        });

        itNeeds(
            need,
            "gives an owner's own back at once, enabled and running with its own file, and knows that it is " +
                "the owner's also after a second change",
            async () => {
                host.write(CONF, "answer own\n");
                host.set("active", "demo", "active");
                host.set("enabled", "demo", "enabled");
                const owners = (): unknown => [
                    host.get("enabled", "demo"),
                    host.get("active", "demo"),
                    host.running("demo"),
                ];
                const other = asOther(manifest({ answer: "one" })).replace(/ready-answer.*\n/, "");
                await succeeds(manifest());
                await succeeds(other);
                assert.deepEqual(owners(), ["enabled", "active", "answer own\n"]);
                host.orders();
                assert.match(await succeeds(other), /nothing to change/);
                assert.deepEqual(host.orders(), []);
                await succeeds(manifest());
                assert.equal(host.running("demo"), "answer one\n");
                assert.equal((await host.run("restore")).status, 0);
                assert.deepEqual(owners(), ["enabled", "active", "answer own\n"]);
            },
        );

        itNeeds(need, "starts the old one again, with its files, when the new one does not come up", async () => {
            await succeeds(manifest());
            host.orders();
            const output = await fails(asOther(manifest({ answer: "two" })));
            assert.match(output, /went back to the configuration before: other did not run the new configuration/);
            assert.equal(host.read(CONF), "answer one\n");
            assert.equal(host.read("/etc/other/other.conf"), undefined);
            assert.equal(host.running("demo"), "answer one\n");
            assert.equal(host.get("enabled", "demo"), "enabled");
            assert.equal(host.get("active", "other"), "inactive");
            assert.match(await succeeds(manifest()), /nothing to change|removed \/etc\/other\/other.conf/);
        });
    });

    describe("with credentials", () => {
        const withPassword = (): string =>
            manifest({ conf: "answer one\npassword @credential:vrrp-password@ end\n", mode: "0600" });

        itNeeds(need, "fills them in where they belong, whatever characters they have", async () => {
            host.write("/var/lib/ha-api/credentials/vrrp-password", "a&b/\\1+_");
            await succeeds(withPassword());
            assert.equal(host.read(CONF), "answer one\npassword a&b/\\1+_ end\n");
            assert.equal(statSync(join(host.folder, CONF)).mode & 0o777, 0o600);
        });

        itNeeds(need, "writes one that is a file of its own for root alone, and reloads when it changes", async () => {
            const key = "/etc/demo/server.key";
            const text = withCredential(manifest(), key, "server-key");
            host.write("/var/lib/ha-api/credentials/server-key", "one\n");
            await succeeds(text);
            assert.equal(host.read(key), "one\n");
            assert.equal(statSync(join(host.folder, key)).mode & 0o777, 0o600);
            host.orders();
            host.write("/var/lib/ha-api/credentials/server-key", "two\n");
            await succeeds(text);
            assert.deepEqual(host.orders(), ["daemon-reload", "reload demo"]);
        });

        itNeeds(need, "refuses, and changes nothing, where one is missing", async () => {
            assert.match(
                await fails(withPassword()),
                /the credential vrrp-password is not on this host; nothing was changed/,
            );
            assert.deepEqual(host.etc(), []);
        });
    });

    describe("and the restore program after it", () => {
        itNeeds(
            need,
            "leaves a host alone that belongs to a resource of another name by now, as after a renaming",
            async () => {
                await succeeds(manifest());
                host.write("/var/lib/ha-api/owner", "kube-api-new\n");
                const { status, output } = await host.run("restore", "", "kube-api-old");
                assert.equal(status, 0, output);
                assert.match(output, /belongs to kube-api-new now and was left as it is/);
                assert.equal(host.read(CONF), "answer one\n");
                assert.equal((await host.run("restore", "", "kube-api-new")).status, 0);
                assert.equal(host.read(CONF), undefined);
            },
        );

        itNeeds(need, "restore a machine's own files and services", async () => {
            host.write(CONF, "answer own\n");
            host.set("active", "demo", "active");
            host.set("enabled", "demo", "enabled");
            await succeeds(manifest({ files: { "/etc/demo/other": "1\n" } }));
            const { status, output } = await host.run("restore");
            assert.equal(status, 0, output);
            assert.equal(host.read(CONF), "answer own\n");
            assert.equal(host.read("/etc/demo/other"), undefined);
            assert.equal(host.running("demo"), "answer own\n");
            assert.equal(host.get("enabled", "demo"), "enabled");
        });

        itNeeds(
            need,
            "enable a service again that the owner, or an interrupted change of the engine, has disabled in between",
            async () => {
                host.write(CONF, "answer own\n");
                host.set("active", "demo", "active");
                host.set("enabled", "demo", "enabled");
                await succeeds(manifest());
                host.set("enabled", "demo", "disabled");
                assert.equal((await host.run("restore")).status, 0);
                assert.deepEqual([host.get("enabled", "demo"), host.get("active", "demo")], ["enabled", "active"]);
            },
        );

        for (const state of ["masked", "static", "disabled"]) {
            itNeeds(need, `use a service that was found ${state} and not running, and leave it so`, async () => {
                host.write(CONF, "answer own\n");
                host.set("enabled", "demo", state);
                await succeeds(manifest());
                assert.equal(host.running("demo"), "answer one\n");
                assert.equal((await host.run("restore")).status, 0);
                assert.deepEqual([host.get("enabled", "demo"), host.get("active", "demo")], [state, "inactive"]);
            });
        }

        itNeeds(need, "leave a service masked also where the first run with it failed", async () => {
            host.set("enabled", "demo", "masked");
            await fails(manifest({ conf: "answer something else\n" }));
            assert.deepEqual([host.get("enabled", "demo"), host.get("active", "demo")], ["masked", "inactive"]);
        });

        itNeeds(
            need,
            "disable and stop a service that came with our packages, though it was enabled when they were installed",
            async () => {
                host.write("/var/lib/ha-api/units", "demo.service\n");
                host.set("enabled", "demo", "enabled");
                await succeeds(manifest());
                assert.equal((await host.run("restore")).status, 0);
                assert.deepEqual([host.get("enabled", "demo"), host.get("active", "demo")], ["disabled", "inactive"]);
            },
        );

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
            const { status, output } = await host.run("restore");
            assert.equal(status, 0);
            assert.match(output, /nothing to restore/);
        });
    });
});
