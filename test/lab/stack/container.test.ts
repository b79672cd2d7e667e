/**
 * nginx in a container on hosts that exist already, from the first pull to the way back: with Podman on one machine, with Docker on the
 * other. Each test starts where the one before it ended. The VIP is put on the machine by hand: who has it is tested elsewhere.
 */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type RuntimeName } from "../../../components/render/containerRuntime";
import { inNamespace } from "../../../lab/network/namespace";
import { nspawnHypervisor } from "../../../lab/hypervisor/nspawn";
import { startExistingMachine } from "../../../lab/existingMachines";
import { keys } from "../../../lab/pki";
import { say } from "../../../tools/progress";
import { answers, needsLab } from "../machines/support";
import { ContainerHost } from "./containerHost";
import { ImageRegistry } from "./imageRegistry";
import { type Image, nginxImage } from "./nginxImage";
import { address, type ExistingMachine, existingMachines, instance, onHost, seenDuring, startExistingMachines, stopExistingMachines, vip } from "./support";

const hosts: [RuntimeName, ExistingMachine][] = [["podman", existingMachines[0]!], ["docker", existingMachines[1]!]];

/** Kills nginx's master and prints the milliseconds until keepalived would know, and until the host serves again. */
const KILL = `
flag() { while [[ $(< /run/ha-api/proxy-down) != "$1" ]]; do sleep 0.002; done; }
since() { echo $(( ($(date +%s%N) - start) / 1000000 )); }
pid=$(pgrep --oldest --exact nginx); start=$(date +%s%N)
kill -KILL "$pid"; flag 1; noticed=$(since); flag 0; echo "$noticed $(since)"`;

for (const [runtime, machine] of hosts) describe(`nginx in a container, by ${runtime}`, function () {
    this.timeout(180_000);
    this.bail(true);
    const host = new ContainerHost(machine, runtime);
    let older: Image;
    let newer: Image;
    let registry: ImageRegistry;
    let found: string[];

    before(async function () {
        this.timeout(300_000);
        await needsLab(this);
        [older, newer] = [await nginxImage("bookworm"), await nginxImage("trixie")];
        await startExistingMachines([machine], { runsContainers: true });
        registry = new ImageRegistry([older, newer]);
        await registry.start();
        found = await snapshot(host);
        await host.trust(registry.authority);
    });
    after(async () => {
        await registry?.stop();
        await stopExistingMachines([machine]);
    });

    it("has its image by digest, and asks no registry for one that is there", async () => {
        const { status, said } = await host.install(registry.byDigest(older));
        assert.equal(status, 0, said);
        assert.match(said, /: pulled /);
        const asked = registry.requests.length;
        assert.ok(asked > 0, "the registry was asked");
        assert.match((await host.install(registry.byDigest(older))).said, /: the image is there: /);
        assert.equal(registry.requests.length, asked);
    });

    it("refuses an image the registry does not have", async () => {
        const { status, said } = await host.install(`${registry.authority}/nginx:0.0.0`);
        assert.notEqual(status, 0);
        assert.match(said, /the image \S+\/nginx:0\.0\.0 could not be pulled: /);
    });

    it("starts, answers at the VIP, and is not touched when nothing changes", async () => {
        const { status, said } = await host.configure(registry.byDigest(older));
        assert.equal(status, 0, said);
        assert.match(said, /ha-api-nginx: start/);
        await takeVip();
        await answersAtVip();
        assert.equal(await version(), older.version);
        assert.equal(await onHost(machine.address, "cat /run/ha-api/proxy-down; ps -o uid= -p $(pgrep --newest --exact nginx) | tr -d ' '"), "0\n101");
        const begun = Date.now();
        assert.match((await host.configure(registry.byDigest(older))).said, /nothing to change/);
        figure("check without a change, with the log-in by SSH, ms", String(Date.now() - begun));
        figure("stop and start, ms", `${await timed("stop")} and ${await timed("start")}`);
        figure("memory", await memory());
    });

    it("takes a new configuration without losing a connection or a watch", async () => {
        const seen = await seenDuring(async () => {
            await sleep(1000);
            const { status, said } = await host.configure(registry.byDigest(older), { apiServers: [51, 52, 53].map(address) });
            assert.equal(status, 0, said);
            assert.match(said, /ha-api-nginx: reload/);
            await sleep(2000);
        });
        assert.equal(seen.failed, 0, JSON.stringify(seen));
        assert.equal(seen.watchBreaks, 0, JSON.stringify(seen));
        assert.ok(seen.requests > 50, JSON.stringify(seen));
        figure("reload, ms", await timed("reload"));
    });

    it("is known to be down within a moment of its death, and comes back by itself", async () => {
        const all: string[] = [];
        for (let round = 0; round < 5; round++) {
            await sleep(700);
            const [noticed, back] = (await host.must(KILL)).split(" ").map(Number);
            all.push(`${noticed}/${back}`);
            assert.ok(noticed! < 400, `noticed after ${noticed} ms`);
            assert.ok(back! < 8000, `back after ${back} ms`);
        }
        figure("death noticed/serving again, ms", all.join(" "));
        await answersAtVip();
    });

    it("refuses a configuration nginx refuses, with the line, and stays as it is", async () => {
        const before = await onHost(machine.address, "sha256sum /etc/ha-api/nginx.conf; pgrep --oldest --exact nginx");
        const { status, said } = await host.configure(registry.byDigest(older), { apiServers: [51, 52, 53].map(address), extraConfiguration: "alow 10.0.0.0/8;" });
        assert.notEqual(status, 0);
        assert.match(said, /refuses the new configuration; the old one stays in service:\n.*unknown directive "alow" in \/etc\/ha-api\/nginx\.conf:\d+/);
        assert.equal(await onHost(machine.address, "sha256sum /etc/ha-api/nginx.conf; pgrep --oldest --exact nginx"), before);
    });

    it("opens its logs anew when they are rotated", async () => {
        await host.must("logrotate --force /etc/logrotate.d/ha-api-nginx");
        await answersAtVip();
        await sleep(500);
        assert.match(await host.must("tail -n 1 /var/log/ha-api-nginx/kube-api.access.log"), / -> \S+:6443 200 /);
    });

    it("changes to another image, and the one before goes with the next change", async () => {
        assert.equal((await host.install(registry.byTag(newer))).status, 0);
        const { status, said } = await host.configure(registry.byTag(newer), { apiServers: [51, 52, 53].map(address) });
        assert.equal(status, 0, said);
        await onHost(machine.address, "sudo systemctl restart ha-api-nginx", 60_000);
        await answersAtVip();
        assert.equal(await version(), newer.version);
        assert.match((await host.install(registry.byTag(newer))).said, new RegExp(`removed ${registry.byDigest(older)}`));
        assert.equal((await host.must(`${runtime} images --quiet`)).split("\n").length, 1);
    });

    it("is back after a power cut, without a registry", async () => {
        await registry.stop();
        await nspawnHypervisor(instance).stop(machine.id);
        await startExistingMachine(instance, machine.id, machine.name, machine.address, { runsContainers: true });
        await answers(machine.address);
        await host.must("for i in {1..300}; do [[ $(cat /run/ha-api/proxy-down 2> /dev/null) == 0 ]] && exit; sleep 0.1; done; systemctl status ha-api-nginx; exit 1");
        await takeVip();
        await answersAtVip();
        assert.equal(await version(), newer.version);
    });

    it("leaves nothing behind", async () => {
        const { status, said } = await host.remove();
        assert.equal(status, 0, said);
        await host.must(`rm -rf /etc/containers /etc/docker; ip addr del ${vip}/32 dev host0`);
        const now = await snapshot(host);
        assert.deepEqual({ gone: found.filter((line) => !now.includes(line)), left: now.filter((line) => !found.includes(line)) }, { gone: [], left: [] });
    });

    /** What keepalived does, and what its gratuitous ARP does for the client. */
    async function takeVip(): Promise<void> {
        await onHost(machine.address, `sudo ip addr add ${vip}/32 dev host0`);
        await inNamespace(instance.client.namespace, ["ip", "neigh", "flush", "all"]);
    }

    async function answersAtVip(): Promise<void> {
        const url = `https://${vip}:6443/readyz`;
        assert.equal(await inNamespace(instance.client.namespace, ["curl", "-sS", "--max-time", "5", "--cacert", keys(instance).caCertificate, url]), "ok");
    }

    async function version(): Promise<string> {
        return (await host.must(`${runtime} exec ha-api-nginx nginx -v 2>&1`)).replace(/.*nginx\//s, "");
    }

    async function timed(action: string): Promise<string> {
        return host.must(`start=$(date +%s%N); systemctl ${action} ha-api-nginx; echo $(( ($(date +%s%N) - start) / 1000000 ))`);
    }

    /** Of everything that runs because of the container, each shared page counted once. */
    async function memory(): Promise<string> {
        const names = runtime === "podman" ? "conmon nginx podman" : "nginx docker dockerd containerd containerd-shim";
        return host.must(`for name in ${names}; do pids=$(pgrep --exact "\${name:0:15}") || continue; total=0
            for pid in $pids; do total=$((total + $(awk '$1 == "Pss:" {print $2}' /proc/$pid/smaps_rollup))); done; printf '%s %s KiB  ' "$name" "$total"; done`);
    }

    function figure(what: string, value: string): void {
        say(`      ${runtime}: ${what}: ${value}`);
    }
});

/** What an owner would look at to see whether anything was left behind; without what apt and systemd write about themselves. */
async function snapshot(host: ContainerHost): Promise<string[]> {
    const folders = "/etc /usr/local /opt /var/lib/containers /var/lib/docker /var/lib/containerd /var/lib/ha-api /var/lib/cni /var/log/ha-api-nginx /run/ha-api /run/containers /run/libpod /run/docker";
    const said = await host.must(`
        find ${folders} -xdev ! -type d -printf '%p %M %l\\n' 2> /dev/null | grep -vE '^/etc/(ld.so.cache|(passwd|group|shadow|gshadow|subuid|subgid)-) ' || true
        find /run/ha-api /run/containers /run/libpod /run/docker /var/lib/ha-api /var/log/ha-api-nginx -maxdepth 0 2> /dev/null || true
        dpkg-query --show --showformat '\${Package} \${Version} \${db:Status-Status}\\n'
        systemctl list-unit-files --type service,socket,timer --no-legend --plain | awk '{print "unit", $1, $2}' | grep -v systemd-networkd
        awk '{print "mount", $5}' /proc/self/mountinfo | grep -vE '/run/(user|credentials)' | sort -u
        ip -o link show | awk -F '[:@ ]+' '{print "link", $2}'
        getent passwd; getent group`);
    return said.split("\n");
}
