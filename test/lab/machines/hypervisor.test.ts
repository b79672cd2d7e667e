import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type MachineSpec } from "../../../proving-ground/lab/hypervisor/hypervisor";
import { nspawnHypervisor } from "../../../proving-ground/lab/hypervisor/nspawn";
import { labRunning, startLab, stopLab } from "../../../proving-ground/lab/lifecycle";
import { imageOf, RELEASES } from "../../../proving-ground/lab/release";
import { vethsOf } from "../../../proving-ground/lab/network/namespace";
import { answers, instance, needsLab, ssh, testMachine } from "./support";

const HOST_KEY = "cat /etc/ssh/ssh_host_ed25519_key.pub";

describe("machines", function () {
    this.timeout(60_000);

    const hypervisor = nspawnHypervisor(instance);
    const [first, second] = [`${instance.subnet}.18`, `${instance.subnet}.19`];
    const ids = [9101, 9102];
    let specs: [MachineSpec, MachineSpec];
    let wasUp = true;

    before(async function () {
        this.timeout(300_000);
        await needsLab(this);
        wasUp = await labRunning(instance);
        await startLab(instance);
        specs = [await testMachine(9101, "one", first), await testMachine(9102, "two", second)];
        // One of each release.
        await hypervisor.createDisk(9101, imageOf(RELEASES[0]));
        await hypervisor.createDisk(9102, imageOf(RELEASES[1]));
        await Promise.all(specs.map((spec) => hypervisor.start(spec)));
        await Promise.all([answers(first), answers(second)]);
    });

    after(async function () {
        this.timeout(60_000);
        if (!wasUp) await stopLab(instance);
        else for (const id of ids) await hypervisor.removeDisk(id);
    });

    it("come up with everything cloud-init does", async () => {
        for (const machine of [first, second]) {
            assert.match(await ssh(machine, "cloud-init status --wait || test $? = 2"), /status: done/);
            // The name of a setting that Proxmox VE writes too, and so the lab does.
            const remarks = (await ssh(machine, "cloud-init status --long || test $? = 2"))
                .split("\n")
                .filter((line) => /^\s+- /.test(line));
            for (const remark of remarks) assert.match(remark, /'user' of type string is deprecated/);
        }
        assert.equal(await ssh(first, "sudo id -un; hostname; hostname -f"), "root\none\none.lab.internal");
        assert.equal(await ssh(first, "systemctl is-system-running --wait; systemctl --failed --quiet"), "running");
        assert.equal(await ssh(first, "getent hosts k3s1api | cut -d' ' -f1"), `${instance.subnet}.100`);
        assert.equal(await ssh(first, "cat /sys/class/net/host0/address"), specs[0].macAddress.toLowerCase());
    });

    it("report what a guest agent would", async () => {
        const host0 = (await hypervisor.interfaces(9102)).find((link) => link.name === "host0");
        assert.equal(host0?.macAddress, specs[1].macAddress.toLowerCase());
        assert.ok(
            host0.addresses.some(({ address, prefixLength }) => address === second && prefixLength === 24),
            "host0.addresses.some(({ address, prefixLength }) => address === second && prefixLength === 24)",
        );
        assert.ok(await hypervisor.isRunning(9102), "await hypervisor.isRunning(9102)");
    });

    it("have keys of their own, and keep them and their files when the power is cut", async () => {
        const key = await ssh(first, HOST_KEY);
        const other = await ssh(second, HOST_KEY);
        assert.notEqual(key.split(" ")[1], other.split(" ")[1]);
        await ssh(first, "echo kept > note");
        await hypervisor.stop(9101);
        assert.equal(await hypervisor.isRunning(9101), false);
        assert.equal(await hypervisor.uptime(9101), 0);
        await hypervisor.start(specs[0]);
        await answers(first);
        assert.equal(await ssh(first, `${HOST_KEY}; cat note`), `${key}\nkept`);
    });

    it("apply changed cloud-init data at the next boot", async () => {
        const [, spec] = specs;
        await hypervisor.shutdown(9102, 20);
        await hypervisor.start({ ...spec, cloudInit: { ...spec.cloudInit, hostname: "renamed" } });
        await answers(second);
        assert.equal(await ssh(second, "cloud-init status --wait > /dev/null; hostname"), "renamed");
    });

    it("reboot and power off from inside", async () => {
        const boot = await ssh(second, "cat /proc/sys/kernel/random/boot_id");
        await ssh(second, "sudo systemctl reboot").catch(() => undefined);
        await sleep(1000);
        await answers(second);
        assert.notEqual(await ssh(second, "cat /proc/sys/kernel/random/boot_id"), boot);
        await ssh(second, "sudo systemctl poweroff").catch(() => undefined);
        for (let waited = 0; (await hypervisor.isRunning(9102)) && waited < 100; waited++) await sleep(100);
        assert.equal(await hypervisor.isRunning(9102), false);
    });

    it("are gone without a trace when their disk is removed", async () => {
        await hypervisor.removeDisk(9102);
        assert.ok(
            !(await vethsOf(instance)).some(({ namespace }) => namespace.endsWith("vm9102")),
            '!(await vethsOf(instance)).some(({ namespace }) => namespace.endsWith("vm9102"))',
        );
        await assert.rejects(hypervisor.interfaces(9102), /does not run/);
        await assert.rejects(hypervisor.start(specs[1]), /has no disk/);
    });
});
