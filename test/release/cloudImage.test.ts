/**
 * Hosts from different sources side by side: one VM is made from a cloud image that Proxmox downloads, the other by
 * cloning a template; of different Debian releases, too.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { readHosts } from "../../proving-ground/lab/hosts";
import { proxmoxCall } from "../../proving-ground/lab/proxmoxApi";
import { privilegesNeeded, proxmoxTokenFile } from "../../proving-ground/lab/proxmoxDaemon";
import { documentedCommands, IMAGE_TOKEN } from "../../proving-ground/lab/proxmox/access/documented";
import { imageOf } from "../../proving-ground/lab/release";
import { mixedPair, needsLab } from "../lab/machines/support";
import {
    answerTo,
    instance,
    onHost,
    Stack,
    type StackConfig,
    twoVirtualMachines,
    vip,
    vipMasters,
    virtualMachines,
    waitForSingleMaster,
} from "../lab/stack/support";

const url = `http://${instance.gateway}:8007/images/${imageOf(mixedPair[1])}.lab.qcow2`;

describe("a host made from a cloud image beside one cloned from a template", function () {
    this.timeout(180_000);
    this.bail(true);
    const stack = new Stack("test-image");
    let checksum: string;

    before(async function () {
        this.timeout(600_000);
        await needsLab(this);
        await stack.create(twoVirtualMachines());
        // What docs/security.md adds for images.
        stack.environment["PROXMOX_VE_API_TOKEN"] = (
            await readFile(proxmoxTokenFile(instance, "image-token"), "utf8")
        ).trim();
        checksum = createHash("sha256")
            .update(new Uint8Array(await (await fetch(url)).arrayBuffer()))
            .digest("hex");
    });
    after(async () => stack.remove());

    it("is refused with Proxmox's message when the image is not the one of the checksum, and no VM is made from it", async () => {
        const expected = checksum.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
        await stack.configure(config(expected));
        const { status, output } = await stack.pulumi("up", "--yes", "--skip-preview");
        assert.notEqual(status, 0);
        assert.match(output, new RegExp(`checksum mismatch: got '${checksum}' != expect '${expected}'`));
        assert.deepEqual(
            (await readHosts(instance)).filter(({ vmId }) => vmId === 101),
            [],
        );
        assert.deepEqual(await importedImages(), []);
        await stack.must("destroy", "--yes", "--skip-preview");
        assert.deepEqual(await readHosts(instance), []);
    });

    it("becomes one of a pair that answers at the VIP", async () => {
        await stack.configure(config(checksum));
        await stack.up();
        assert.deepEqual(
            (await readHosts(instance)).map(({ name, node }) => `${name} on ${node}`),
            ["vrrp1 on pve1", "vrrp2 on pve2"],
        );
        await waitForSingleMaster();
        for (const { address } of await readHosts(instance))
            assert.equal(await onHost(address, "systemctl is-active nginx keepalived"), "active\nactive");
        const api = `https://${vip}:6443/api`;
        const answer = await answerTo(api);
        assert.equal((JSON.parse(answer) as { code: number }).code, 401);
    });

    it("is not changed by a second `up`, nor found changed by a refresh", async () => {
        await stack.up("--expect-no-changes");
        await stack.must("preview", "--expect-no-changes", "--refresh");
    });

    it("shuts down, rather than losing its power, for a change that needs a restart, although no agent is in it", async () => {
        await assert.rejects(
            proxmoxCall(instance, "POST", "/nodes/pve1/qemu/101/agent/ping"),
            /QEMU guest agent is not running/,
        );
        const unit =
            "[Service]\\nType=oneshot\\nRemainAfterExit=yes\\nExecStart=/bin/true\\nExecStop=/usr/bin/touch " +
            "/var/tmp/shut-down\\n[Install]\\nWantedBy=multi-user.target\\n";
        const host = (await readHosts(instance))[0]!.address;
        await onHost(
            host,
            `printf '${unit}' | sudo tee /etc/systemd/system/witness.service > /dev/null && sudo systemctl ` +
                "enable --now witness",
        );
        const booted = await onHost(host, "cat /proc/sys/kernel/random/boot_id; stat --format %i /proc/1/ns/pid");
        await stack.configure({
            ...config(checksum),
            virtualMachines: { ...(config(checksum)["virtualMachines"] as object), memory: 1536 },
        });
        await stack.up();
        assert.notEqual(
            await onHost(host, "cat /proc/sys/kernel/random/boot_id; stat --format %i /proc/1/ns/pid"),
            booted,
            "it was not restarted",
        );
        assert.equal(await onHost(host, "ls /var/tmp/shut-down"), "/var/tmp/shut-down");
    });

    it("goes with destroy, and so does the image", async () => {
        await stack.must("destroy", "--yes", "--skip-preview");
        assert.deepEqual(await readHosts(instance), []);
        assert.deepEqual(await vipMasters(), []);
        assert.deepEqual(await importedImages(), []);
    });

    it("has needed every privilege that docs/security.md prints for images", async () => {
        const needed = await privilegesNeeded(instance, IMAGE_TOKEN);
        const documented = /-privs "([^"]+)"/.exec(documentedCommands().image.join())![1]!.split(" ");
        assert.deepEqual(
            documented.filter((privilege) => !needed.includes(privilege)),
            [],
        );
    });

    /** The pair of the other tests, with the first host from the image. */
    function config(sha256: string): StackConfig {
        const { template, ...shared } = virtualMachines;
        const [first, second] = twoVirtualMachines().hosts as { virtualMachine: object }[];
        return {
            ...twoVirtualMachines(),
            virtualMachines: shared,
            hosts: [
                { ...first, virtualMachine: { ...first!.virtualMachine, image: { url, checksum: sha256 } } },
                { ...second, virtualMachine: { ...second!.virtualMachine, template } },
            ],
        };
    }
});

/** Images that Proxmox keeps for VMs to be made from. */
async function importedImages(): Promise<string[]> {
    const content = await proxmoxCall<{ volid: string }[]>(
        instance,
        "GET",
        "/nodes/pve1/storage/local/content?content=import",
    );
    return content.map(({ volid }) => volid);
}
