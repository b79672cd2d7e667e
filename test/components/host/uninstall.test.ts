/** What leaving takes from a machine and what it does not, on a host whose packages are lines in a file. */
import assert from "node:assert/strict";
import { appendFileSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { itNeeds } from "../programs";
import { type FakeHost, fakeHostForEachTest, noFakeHost } from "./fakeHost";

const need = noFakeHost();
const STATE = "/var/lib/ha-api";

/** "$FAKE/packages": a line "NAME [needs DEPENDENCY,...] [recommends NAME]" for each that is installed. */
const PACKAGE_PROGRAMS: Record<string, string> = {
    "dpkg-query": `
case "$1 $2 $3 $4" in
    "--show --showformat "*Recommends*) sed -E 's/^(\\S+)(.* recommends (\\S+))?.*/installed\\t\\1\\t\\3/' "$FAKE/packages" ;;
    "--show --showformat "*) grep -q "^$4\\b" "$FAKE/packages" && echo -n installed ;;
    *) exit 1 ;;
esac`,
    // Which go with the named ones: all that need one of them, however far.
    closure: `
gone=" $* "; more=yes
while [[ -n $more ]]; do
    more=""
    while read -r name needs list _; do
        if [[ $needs != needs || $gone == *" $name "* ]]; then continue; fi
        for each in \${list//,/ }; do if [[ $gone == *" $each "* ]]; then gone+="$name "; more=yes; break; fi; done
    done < "$FAKE/packages"
done
for name in $gone; do if grep -q "^$name\\b" "$FAKE/packages"; then echo "$name"; fi; done`,
    "apt-get": `
echo "apt-get $*" >> "$FAKE/apt.log"
if [[ -e $FAKE/fails/apt ]]; then echo "E: Unmet dependencies." >&2; exit 100; fi
[[ $1 == -s ]] || exit 0
while [[ $1 != purge ]]; do shift; done; shift
closure "$@" | sort -u | sed 's/.*/Purg & [1.0]/'`,
    "apt-cache": `
wanted=" \${!#} "; before=""
while [[ $wanted != "$before" ]]; do
    before=$wanted
    while read -r name needs list _; do
        if [[ $needs == needs && $wanted == *" $name "* ]]; then for each in \${list//,/ }; do [[ $wanted == *" $each "* ]] || wanted+="$each "; done; fi
    done < "$FAKE/packages"
done
for name in $wanted; do echo "$name"; done`,
    "apt-mark": `
case $1 in
    showmanual) cat "$FAKE/manual" 2> /dev/null ;;
    showhold) cat "$FAKE/hold" 2> /dev/null ;;
    auto) shift; printf '%s\\n' "$@" >> "$FAKE/auto" ;;
esac; true`,
    dpkg: `
[[ $1 == --purge ]] || exit 0
shift
if [[ -e $FAKE/meanwhile ]]; then cat "$FAKE/meanwhile" >> "$FAKE/packages"; rm "$FAKE/meanwhile"; fi
for name in $(closure "$@"); do
    if [[ " $* " != *" $name "* ]]; then echo "dpkg: dependency problems prevent removal: $name" >&2; exit 1; fi
done
for name in "$@"; do sed -i "/^$name\\b/d" "$FAKE/packages"; done`,
    userdel: 'echo "user $1" >> "$FAKE/deleted"',
    groupdel: 'echo "group $1" >> "$FAKE/deleted"',
    find:
        '[[ $* != *"-user"* && $* != *"-group"* ]] || { cat "$FAKE/owned" 2> /dev/null; exit 0; }; exec ' +
        '/usr/bin/find "$@"',
};

describe("the uninstall program", function () {
    this.timeout(30_000);
    let host: FakeHost;
    fakeHostForEachTest((fresh) => {
        host = fresh;
        for (const [name, text] of Object.entries(PACKAGE_PROGRAMS)) host.program(name, text);
        // What came with us: nginx, asked for by name, and keepalived with libraries.
        fake("packages", [
            "base",
            "nginx needs libz",
            "keepalived needs libsnmp,libnl",
            "libsnmp needs libsensors",
            "libsensors",
            "libnl",
            "libz",
        ]);
        host.write(`${STATE}/packages.before`, "base\n");
        host.write(
            `${STATE}/packages`,
            ["nginx", "keepalived", "libsnmp", "libsensors", "libnl", "libz", ""].join("\n"),
        );
        host.write(`${STATE}/asked`, "nginx\nkeepalived\n");
        host.write(`${STATE}/manual.before`, "base\n");
        fake("manual", ["base", "nginx", "keepalived"]);
    });

    const fake = (name: string, lines: string[]): void =>
        host.write(`/fake/${name}`, lines.map((line) => `${line}\n`).join(""));
    const add = (...lines: string[]): void =>
        appendFileSync(join(host.folder, "fake/packages"), lines.map((line) => `${line}\n`).join(""));
    const came = (name: string): void => host.write(`${STATE}/packages`, `${host.read(`${STATE}/packages`)}${name}\n`);
    const installed = (): string[] =>
        (host.readFake("packages") ?? "")
            .trim()
            .split("\n")
            .map((line) => line.split(" ")[0]!)
            .sort();
    async function leaves(): Promise<string> {
        const { status, output } = await host.run("uninstall");
        assert.equal(status, 0, output);
        assert.equal(host.read(`${STATE}/packages`), undefined, "it is gone itself");
        return output;
    }

    itNeeds(need, "removes all that came, and nothing that was there", async () => {
        await leaves();
        assert.deepEqual(installed(), ["base"]);
    });

    itNeeds(
        need,
        "leaves what software of the owner's needs by now, however indirectly, says so, and lets autoremove " +
            "take it some day",
        async () => {
            add("snmpd needs libsnmp");
            const output = await leaves();
            assert.deepEqual(installed(), ["base", "libsensors", "libsnmp", "snmpd"]);
            assert.match(output, /left installed, needed by snmpd: libsensors libsnmp$/m);
            assert.deepEqual(host.readFake("auto")?.trim().split("\n").sort(), ["libsensors", "libsnmp"]);
        },
    );

    itNeeds(need, "leaves what the owner has asked for by name since, with what that needs", async () => {
        fake("manual", ["base", "nginx", "keepalived", "libsnmp"]);
        assert.match(await leaves(), /left installed, installed by name: libsnmp$/m);
        assert.deepEqual(installed(), ["base", "libsensors", "libsnmp"]);
        assert.equal(host.readFake("auto"), "libsensors\n", "what was asked for stays so");
    });

    itNeeds(need, "leaves one that something which came later recommends, and one that is on hold", async () => {
        add("rsyslog recommends libz");
        fake("hold", ["libnl"]);
        const output = await leaves();
        assert.match(output, /left installed, recommended by rsyslog: libz$/m);
        assert.match(output, /left installed, on hold: libnl$/m);
        assert.deepEqual(installed(), ["base", "libnl", "libz", "rsyslog"]);
    });

    itNeeds(need, "sees what was installed between its look and its removal", async () => {
        fake("meanwhile", ["snmpd needs libsnmp"]);
        assert.match(await leaves(), /needed by snmpd/);
        assert.deepEqual(installed(), ["base", "libsensors", "libsnmp", "snmpd"]);
    });

    itNeeds(need, "removes nothing, and can be run again, where apt cannot say what would go", async () => {
        host.fail("apt");
        const { status, output } = await host.run("uninstall");
        assert.equal(status, 1);
        assert.match(output, /Unmet dependencies[^]*none was removed\. Put that right, and run again/);
        assert.equal(installed().length, 7);
        host.heal("apt");
        await leaves();
        assert.deepEqual(installed(), ["base"]);
    });

    itNeeds(
        need,
        "lets a package that was there, and that we asked for, count as automatically installed as before",
        async () => {
            host.write(`${STATE}/packages.before`, "base\nlogrotate\n");
            host.write(`${STATE}/asked`, "nginx\nkeepalived\nlogrotate\nbase\n");
            add("logrotate");
            await leaves();
            assert.deepEqual(installed(), ["base", "logrotate"]);
            assert.equal(host.readFake("auto"), "logrotate\n");
        },
    );

    itNeeds(need, "undoes a first configuration step that failed, which nothing else undoes", async () => {
        host.write(`${STATE}/managed`, "/etc/demo/demo.conf\n");
        host.write(`${STATE}/original/etc/demo/demo.conf`, "answer own\n");
        host.write("/etc/demo/demo.conf", "answer one\n");
        host.write(`${STATE}/services/demo`, "enabled active\n");
        await leaves();
        assert.equal(host.read("/etc/demo/demo.conf"), "answer own\n");
        assert.deepEqual([host.get("enabled", "demo"), host.get("active", "demo")], ["enabled", "active"]);
    });

    itNeeds(
        need,
        "removes what packages left behind, where it was not there before and nothing uses it now",
        async () => {
            const leftovers = ["/var/lib/haproxy", "/var/lib/owners", "/etc/tools/marks/keepalived.conf keepalived"];
            host.write(`${STATE}/leftovers`, [...leftovers, "/etc/tools/base.conf base", ""].join("\n"));
            const absent = [
                "/var/lib/haproxy",
                "/etc/tools/marks/keepalived.conf",
                "/etc/tools/marks",
                "/etc/tools/base.conf",
            ];
            host.write(`${STATE}/folders.absent`, [...absent, ""].join("\n"));
            for (const path of ["/var/lib/haproxy/dev/log", "/var/lib/owners/data", "/etc/tools/marks/keepalived.conf"])
                host.write(path, "x");
            host.write("/etc/tools/base.conf", "x");
            await leaves();
            assert.equal(host.read("/var/lib/haproxy/dev/log"), undefined);
            assert.equal(host.read("/var/lib/owners/data"), "x", "it was there before");
            assert.equal(host.read("/etc/tools/marks/keepalived.conf"), undefined);
            assert.equal(host.read("/etc/tools/base.conf"), "x", "its package is there");
            assert.equal(existsSync(join(host.folder, "etc/tools/marks")), false, "the folder came with it");
        },
    );

    describe("where Docker came with us", () => {
        beforeEach(() => {
            if (need !== false) return;
            add("docker.io needs containerd,iptables", "containerd needs runc", "runc", "iptables");
            for (const name of ["docker.io", "containerd", "runc", "iptables"]) came(name);
            fake("manual", ["base", "nginx", "keepalived", "docker.io"]);
            host.write(`${STATE}/asked`, "nginx\nkeepalived\ndocker.io\n");
            host.write(`${STATE}/folders.absent`, "/var/lib/docker\n/var/lib/containerd\n");
            host.write("/var/lib/docker/volumes/data", "x");
            host.write("/var/lib/containerd/meta.db", "x");
            host.write("/etc/docker/daemon.json", "{}\n");
            host.write(`${STATE}/docker-limited`, "{}\n");
            host.program(
                "docker",
                'case "$1 $2" in "ps --all" | "image ls" | "volume ls" | "network ls") cat ' +
                    '"$FAKE/docker-${1/ps/container}" 2> /dev/null; true ;; esac',
            );
            host.program(
                "ctr",
                'case "$*" in "namespaces list --quiet") cat "$FAKE/namespaces" 2> /dev/null ;; ' +
                    '*containers*) cat "$FAKE/containerd" 2> /dev/null ;; esac; true',
            );
            mkdirSync(join(host.folder, "fake/active"), { recursive: true });
        });

        itNeeds(need, "removes it with all it stored where no other data is in it", async () => {
            await leaves();
            assert.deepEqual(installed(), ["base"]);
            assert.deepEqual(
                [...host.list("/var/lib/docker"), ...host.list("/var/lib/containerd"), ...host.list("/etc/docker")],
                [],
            );
        });

        for (const what of ["a container", "an image", "a volume", "a network"]) {
            itNeeds(
                need,
                `leaves it, with all it stores and how it is set, where there is ${what} that is not ours`,
                async () => {
                    fake(`docker-${what.split(" ")[1]!}`, ["abc"]);
                    assert.match(
                        await leaves(),
                        new RegExp(`left installed, because it has ${what} that is not ours: docker\\.io$`, "m"),
                    );
                    assert.deepEqual(installed(), ["base", "containerd", "docker.io", "iptables", "runc"]);
                    assert.deepEqual(host.list("/var/lib/docker/volumes"), ["data"]);
                    assert.deepEqual(host.list("/var/lib/containerd"), ["meta.db"]);
                    assert.equal(host.read("/etc/docker/daemon.json"), "{}\n");
                    assert.ok(!host.readFake("auto")?.includes("docker.io"), "autoremove must not take it");
                },
            );
        }

        itNeeds(need, "leaves containerd, and what it stores, to a kubelet", async () => {
            host.write("/var/lib/kubelet/config.yaml", "x");
            assert.match(await leaves(), /left installed, because a kubelet is on this machine: containerd$/m);
            assert.deepEqual(installed(), ["base", "containerd", "runc"]);
            assert.deepEqual(host.list("/var/lib/containerd"), ["meta.db"]);
            assert.deepEqual(host.list("/var/lib/docker"), []);
        });

        itNeeds(need, "leaves containerd where it has other containers", async () => {
            fake("namespaces", ["default"]);
            fake("containerd", ["owners"]);
            assert.match(await leaves(), /because it has a container or an image that is not ours: containerd$/m);
            assert.deepEqual(host.list("/var/lib/containerd"), ["meta.db"]);
        });

        itNeeds(need, "leaves a daemon.json that was changed, and data that was there before us", async () => {
            host.write("/etc/docker/daemon.json", '{"debug": true}\n');
            host.write(`${STATE}/folders.absent`, "/var/lib/containerd\n");
            await leaves();
            assert.equal(host.read("/etc/docker/daemon.json"), '{"debug": true}\n');
            assert.deepEqual(host.list("/var/lib/docker/volumes"), ["data"]);
        });
    });

    describe("of users and groups that came with packages", () => {
        beforeEach(() => {
            if (need !== false) return;
            host.write("/etc/passwd", `${host.read("/etc/passwd")}demo-user:x:4711:4711::/nonexistent:/bin/false\n`);
            host.write("/etc/group", `${host.read("/etc/group")}demo-user:x:4711:\ndemo-group:x:4712:\n`);
            host.write(`${STATE}/accounts`, "group demo-group\ngroup demo-user\nuser demo-user\n");
        });
        const deleted = (): string[] =>
            (host.readFake("deleted") ?? "")
                .trim()
                .split("\n")
                .filter((line) => line !== "");

        itNeeds(need, "removes those that are not used", async () => {
            await leaves();
            assert.deepEqual(deleted(), ["user demo-user", "group demo-user", "group demo-group"]);
        });

        itNeeds(need, "leaves a group that has members", async () => {
            host.write("/etc/group", host.read("/etc/group")!.replace("demo-group:x:4712:", "demo-group:x:4712:owner"));
            assert.match(await leaves(), /the group demo-group stays: owner is in it/);
            assert.deepEqual(deleted(), ["user demo-user", "group demo-user"]);
        });

        itNeeds(need, "leaves those that have files", async () => {
            fake("owned", ["/srv/site"]);
            assert.match(await leaves(), /the user demo-user stays: it has files, such as \/srv\/site/);
            assert.deepEqual(deleted(), []);
        });

        itNeeds(need, "leaves one that a package which stays makes", async () => {
            host.write("/var/lib/dpkg/info/owners.postinst", "#!/bin/sh\nadduser --system \\\n    demo-user\n");
            assert.match(await leaves(), /the user demo-user stays: a package that is installed makes it/);
        });
    });
});
