/**
 * Machines with an owner, who had software and services on one of them before us, and puts more on both after us: some
 * that needs packages that came with ours. The engine changes twice, then we leave. In the order an owner lives it:
 * each test starts where the one before ended.
 */
import assert from "node:assert/strict";
import { needsLab } from "../machines/support";
import { differences, snapshot, type Snapshot } from "./snapshot";
import {
    existingMachines,
    onHost,
    waitForSingleMaster,
    Stack,
    startExistingMachines,
    stopExistingMachines,
    twoExistingMachines,
    vipMasters,
} from "./support";

/** The second one is the one with needrestart. */
const [owned, clean] = existingMachines as [(typeof existingMachines)[0], (typeof existingMachines)[0]];

const APT = "sudo DEBIAN_FRONTEND=noninteractive apt-get -q -y";
/** What needs iptables, as the package of kubelet does. */
const KUBELET = [
    "Package: owners-kubelet",
    "Version: 1.0",
    "Architecture: all",
    "Maintainer: Owner <owner@example.com>",
    "Depends: iptables",
    "Description: needs iptables",
    "",
].join("\\n");
/** The owner's own, on both machines, from the day after ours. */
const LATER = "owners-kubelet qemu-guest-agent snmpd ipvsadm";

describe("machines with an owner", function () {
    this.timeout(600_000);
    this.bail(true);
    const stack = new Stack("test-owner");
    const found = new Map<string, Snapshot>();
    // Whether they serve as they should is what other tests are about.
    const config = { ...twoExistingMachines(), verify: false };

    before(async function () {
        this.timeout(900_000);
        await needsLab(this);
        await startExistingMachines(existingMachines, { runsContainers: true });
        await Promise.all(existingMachines.map(({ address }) => onHost(address, `${APT} update > /dev/null`, 300_000)));
        await installOwners(owned.address);
        for (const { name, address } of existingMachines) found.set(name, await snapshot(address));
        await stack.create({ ...config, vrrp: { switchover: "immediate" } });
    });
    after(async () => {
        await stack.remove();
        await stopExistingMachines(existingMachines);
    });

    const pids = (): Promise<string> =>
        onHost(clean.address, "systemctl show --property MainPID --value nginx keepalived");
    const ownersSite = (): Promise<string> =>
        onHost(
            owned.address,
            "curl -sS http://127.0.0.1:8080/; echo; systemctl is-enabled nginx; systemctl is-active nginx",
        );

    it("become a pair, and their owner goes on installing what he needs", async () => {
        await stack.up();
        await waitForSingleMaster();
        for (const { address } of existingMachines) await installLater(address);
    });

    it("have no daemon restarted by a packages step, though needrestart would have it so", async () => {
        // As after a security update whose restarts are still to come.
        await onHost(
            clean.address,
            "sudo NEEDRESTART_SUSPEND=1 DEBIAN_FRONTEND=noninteractive apt-get -q -y install --reinstall " +
                `$(dpkg-query --show --showformat '\${Package} ' 'libssl3*') > /dev/null 2>&1`,
            300_000,
        );
        assert.match(
            await onHost(clean.address, "sudo needrestart -b -r l"),
            /NEEDRESTART-SVC: keepalived/,
            "needrestart would restart it",
        );
        const before = await pids();
        await stack.configure({ ...config, vrrp: { switchover: "graceful" } });
        // It came with the iptables of the first machine.
        assert.match((await stack.up()).output, new RegExp(`${clean.name}: installed .*nftables`));
        assert.equal(await pids(), before);
    });

    it("have the owner's service back, enabled and running as it was, as soon as the proxy is another one", async () => {
        await stack.configure({ ...config, engine: "haproxy" });
        await stack.up();
        await waitForSingleMaster();
        assert.equal(await ownersSite(), "page of the owner\nenabled\nactive");
        await stack.up("--expect-no-changes");
    });

    it("are a pair with nginx again", async () => {
        await stack.configure(config);
        await stack.up();
        await waitForSingleMaster();
    });

    it("keep all that their owner has installed after destroy, which reports what stays and why", async () => {
        const { output } = await stack.must("destroy", "--yes", "--skip-preview");
        assert.deepEqual(await vipMasters(), []);
        for (const { address } of existingMachines) {
            assert.equal(
                await onHost(
                    address,
                    `dpkg-query --show --showformat '\${db:Status-Status}\\n' ${LATER} iptables | sort -u; ` +
                        `systemctl is-active snmpd; ${APT} check > /dev/null`,
                ),
                "installed\nactive",
            );
            assert.equal(
                await onHost(
                    address,
                    "dpkg-query --show --showformat '${db:Status-Status}\\n' keepalived haproxy " +
                        "libnginx-mod-stream 2> /dev/null | grep -vx not-installed || true",
                ),
                "",
            );
        }
        assert.match(output, new RegExp(`${clean.name}: left installed, needed by snmpd: .*libsnmp`));
        assert.match(output, new RegExp(`${clean.name}: left installed, installed by name: ipvsadm`));
        assert.equal(await ownersSite(), "page of the owner\nenabled\nactive");
    });

    it("are as they were once their owner has removed it, by his package manager alone", async () => {
        for (const { name, address } of existingMachines) {
            const later = LATER.split(" ")
                .filter((each) => !found.get(name)!.marks.includes(each))
                .join(" ");
            await onHost(
                address,
                `${APT} purge --autoremove ${later} > /dev/null 2>&1; sudo rm -f owners-kubelet.deb`,
                300_000,
            );
            // The package of snmpd leaves its user and its data. netbase, which iptables brought, is kept by apt
            // itself, since perl recommends it.
            assert.deepEqual(
                differences(found.get(name)!, await snapshot(address)).filter(
                    (line) => !/snmp|netbase|\/etc\/(ethertypes|networks|protocols|rpc|services) /i.test(line),
                ),
                [],
                name,
            );
        }
    });
});

async function installOwners(address: string): Promise<void> {
    const limits = JSON.stringify({ bridge: "none", iptables: false, ip6tables: false, "ip-forward": false });
    await onHost(
        address,
        [
            `set -e; sudo mkdir -p /etc/docker; echo '${limits}' | sudo tee /etc/docker/daemon.json > /dev/null`,
            `${APT} install nginx snmpd docker.io busybox-static > /dev/null 2>&1`,
            "echo \"server { listen 8080; location / { return 200 'page of the owner'; } }\" | sudo tee " +
                "/etc/nginx/conf.d/owner.conf > /dev/null",
            "sudo systemctl restart nginx",
            "tar --create --directory /usr/bin busybox | sudo docker import - owners-image > /dev/null",
            "sudo docker run --detach --name owners --network none --volume owners-data:/data owners-image " +
                "/busybox sleep 1000000 > /dev/null",
        ].join("; "),
        400_000,
    );
}

async function installLater(address: string): Promise<void> {
    await onHost(
        address,
        [
            `set -e; folder=$(mktemp -d); mkdir $folder/DEBIAN; chmod 0755 $folder; printf '${KUBELET}' > ` +
                "$folder/DEBIAN/control",
            "dpkg-deb --build $folder owners-kubelet.deb > /dev/null; rm -r $folder",
            `${APT} install --no-install-recommends ./owners-kubelet.deb qemu-guest-agent snmpd ipvsadm > ` +
                "/dev/null 2>&1",
        ].join("; "),
        400_000,
    );
}
