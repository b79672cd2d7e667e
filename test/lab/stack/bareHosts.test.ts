/**
 * Hosts that lack what most machines have, or have what most lack: a minimal image without Python, whose packages come
 * by a proxy, and firewalls of the hosts' own.
 */
import assert from "node:assert/strict";
import type { Server } from "node:http";
import { allBlocks } from "../../docs/blocks";
import { instance, needsLab } from "../machines/support";
import { change } from "./networkServices";
import { startProxy } from "./packageProxy";
import {
    existingMachines,
    observedDuring,
    onHost,
    seconds,
    Stack,
    startExistingMachines,
    stopExistingMachines,
    twoExistingMachines,
    vip,
    waitForSingleMaster,
} from "./support";

const [minimal, usual] = existingMachines as [(typeof existingMachines)[0], (typeof existingMachines)[0]];
const APT = "DEBIAN_FRONTEND=noninteractive apt-get -q -y";
const PROXY_PORT = 3142;
const SWITCHOVER = "sudo /usr/local/libexec/ha-api/switchover";

describe("hosts that are bare, or closed", function () {
    this.timeout(240_000);
    this.bail(true);
    const stack = new Stack("test-bare");
    let proxy: Server;
    let asked: string[];

    before(async function () {
        this.timeout(400_000);
        await needsLab(this);
        await startExistingMachines(existingMachines);
        ({ proxy, asked } = await startProxy(instance.gateway, PROXY_PORT));
        await makeMinimal(minimal.address);
        // Of unicast a firewall with states lets in what comes back, once the host itself has sent some.
        await stack.create({ ...twoExistingMachines(), vrrp: { transport: "multicast" } });
    });
    after(async () => {
        proxy?.close();
        await stack.remove();
        await stopExistingMachines(existingMachines);
    });

    it("are left alone where programs are missing, which are all named with their packages", async () => {
        await onHost(minimal.address, `sudo ${APT} purge iproute2 > /dev/null 2>&1`);
        const { status, output } = await stack.pulumi("up", "--yes", "--skip-preview");
        assert.notEqual(status, 0);
        assert.match(
            output,
            /rack1: this host lacks ip \(package iproute2\), ss \(package iproute2\)\. Install them; .* Nothing was changed\./,
        );
        await onHost(minimal.address, "test ! -e /usr/local/libexec/ha-api && test ! -e /var/lib/ha-api");
        await onHost(minimal.address, `sudo ${APT} install iproute2 > /dev/null 2>&1`);
    });

    it("become a pair without Python, by packages that come by the proxy which apt is told of", async () => {
        asked.length = 0;
        await stack.up();
        await waitForSingleMaster();
        assert.ok(
            asked.some((url) => /\/keepalived_\S+\.deb$/.test(url)),
            asked.join("\n"),
        );
        assert.equal(await onHost(minimal.address, "command -v python3 cloud-init curl sudo"), "/usr/bin/sudo");
        await stack.up("--expect-no-changes");
    });

    it("keep the VIP where networkd restarts that nobody can ask by D-Bus", async () => {
        await onHost(usual.address, `${SWITCHOVER} --stay`);
        assert.equal((await waitForSingleMaster()).name, minimal.name);
        await onHost(usual.address, `${SWITCHOVER} --return`);
        const seen = await observedDuring(async () => {
            await onHost(minimal.address, "sudo systemctl restart systemd-networkd");
            await seconds(2);
        });
        assert.equal(seen.failed, 0, JSON.stringify(seen));
        assert.equal((await waitForSingleMaster()).name, minimal.name);
    });

    it("say which firewalls keep the hosts from hearing each other, and what to let in", async () => {
        await closeByNft(minimal.address);
        await closeByUfw(usual.address);
        const { status, output } = await stack.pulumi("up", "--yes", "--skip-preview");
        assert.notEqual(status, 0);
        assert.match(
            output,
            new RegExp(
                `rack1 and rack2 hold ${vip} at the same time: VRRP does not pass between them\\. Let in IP protocol 112 ` +
                    "\\(vrrp\\) from the other hosts in the firewall of rack1 \\(nftables, table inet filter\\) and the " +
                    "firewall of rack2 \\(ufw\\)",
            ),
        );
    });

    it("are a pair again with the lines that the documents print, and switch over without a failed request", async () => {
        for (const [host, program] of [
            [minimal, "nft"],
            [usual, "ufw"],
        ] as const)
            await onHost(host.address, `sudo bash -e -c '${printed(program)}'`);
        const { name } = await waitForSingleMaster();
        await stack.up("--expect-no-changes");
        for (const host of [minimal, usual].sort((a) => (a.name === name ? -1 : 1))) {
            const seen = await observedDuring(async () => {
                await seconds(0.5);
                await onHost(host.address, SWITCHOVER);
                await seconds(1);
            });
            assert.equal(seen.failed, 0, JSON.stringify(seen));
        }
    });
});

/** What docs/operations.md says to enter, for the network of this lab. */
function printed(program: string): string {
    const blocks = allBlocks().filter(({ kind, text }) => kind === "firewall" && text.startsWith(program));
    assert.equal(blocks.length, 1, program);
    return blocks[0]!.text.replaceAll("10.30.100.", `${instance.subnet}.`);
}

/** What is left is what a minimal image has, sudo, and sshd. Its apt knows a proxy, and has no other way out. */
async function makeMinimal(host: string): Promise<void> {
    await change(
        host,
        `printf '[Match]\\nName=host0\\n[Network]\\nAddress=${host}/24\\nGateway=${instance.gateway}\\n' > /etc/systemd/network/20-lan.network
rm -f /etc/netplan/*.yaml /run/systemd/network/* /etc/resolv.conf
echo 'nameserver ${instance.gateway}' > /etc/resolv.conf
echo 'Acquire::http::Proxy "http://${instance.gateway}:${PROXY_PORT}";' > /etc/apt/apt.conf.d/30proxy
networkctl reload
${APT} update > /dev/null
${APT} purge --autoremove -o APT::AutoRemove::RecommendsImportant=false cloud-init netplan.io 'python3*' curl gnupg \
    udev dbus systemd-resolved iputils-ping > /dev/null
systemctl restart systemd-networkd`,
    );
}

/** The owner's rules: SSH and the load balancer's port come in, and whatever belongs to connections. */
async function closeByNft(host: string): Promise<void> {
    const rules = [
        "table inet filter {",
        "chain input {",
        "type filter hook input priority 0; policy drop",
        "iif lo accept",
        "ct state established,related accept",
        "ip protocol icmp accept",
        "tcp dport { 22, 6443 } accept",
        "}",
        "}",
    ];
    await onHost(host, `echo '${rules.join("\n")}' | sudo nft -f -`);
}

async function closeByUfw(host: string): Promise<void> {
    await onHost(
        host,
        `sudo ${APT} install ufw > /dev/null 2>&1; sudo sh -c 'ufw allow 22/tcp; ufw allow 6443/tcp; ufw --force enable'`,
        120_000,
    );
}
