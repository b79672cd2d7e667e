/**
 * Two pre-existing machines, made a pair and restored: one is clean, the other has an nginx of its owner's.
 * Both must end as they began. In the order in which an owner would do it: each test starts where the one before it
 * ended.
 */
import assert from "node:assert/strict";
import { stopExistingMachine } from "../../../proving-ground/lab/lifecycle";
import { nspawnHypervisor } from "../../../proving-ground/lab/hypervisor/nspawn";
import { answers, needsLab } from "../machines/support";
import { differences, snapshot, type Snapshot } from "./snapshot";
import {
    address,
    answerTo,
    existingMachines,
    instance,
    onHost,
    powerOn,
    Stack,
    startExistingMachines,
    stopExistingMachines,
    twoExistingMachines,
    vip,
    vipMasters,
    waitForSingleMaster,
} from "./support";

const [owned, clean] = existingMachines as [(typeof existingMachines)[0], (typeof existingMachines)[0]];

/** Unlike the package's own, and with permissions that are not the usual ones. */
const OWNERS_NGINX_CONF = [
    "# The owner's own file.\tDo not touch.",
    "worker_processes 1;",
    "events { worker_connections 64; }",
    "http { server { listen 8080; location / { return 200 'page of the owner'; } } }",
    "",
    "",
].join("\n");

describe("two machines that were there before", function () {
    this.timeout(180_000);
    this.bail(true);
    const stack = new Stack("test-existing");
    const config = twoExistingMachines();
    const found = new Map<string, Snapshot>();

    before(async function () {
        this.timeout(300_000);
        await needsLab(this);
        await startExistingMachines(existingMachines);
        await installOwnersNginx();
        for (const { name, address } of existingMachines) found.set(name, await snapshot(address));
        await stack.create(config);
    });
    after(async () => {
        await stack.remove();
        await stopExistingMachines(existingMachines);
    });

    it("are left alone where the host key is not the given one, and the error says which machine that is", async () => {
        const wrong = await hostKeyOf(clean.address);
        await stack.configure({
            ...config,
            hosts: existingMachines.map(({ name, address }) => ({ name, address, hostKey: wrong })),
        });
        const { status, output } = await stack.pulumi("up", "--yes", "--skip-preview");
        assert.notEqual(status, 0);
        assert.match(output, /\(kube-api-rack1-ready\):\n +error: .*host key mismatch/);
        assert.doesNotMatch(output, /\(kube-api-rack2-[a-z]+\):\n +error/);
        assert.deepEqual(differences(found.get(owned.name)!, await snapshot(owned.address)), []);
    });

    it("become a pair that answers at the VIP, with the host keys that were given", async () => {
        const hosts = existingMachines.map(async ({ name, address }) => ({
            name,
            address,
            hostKey: await hostKeyOf(address),
        }));
        await stack.configure({ ...config, hosts: await Promise.all(hosts) });
        await stack.up();
        await waitForSingleMaster();
        const url = `https://${vip}:6443/api`;
        const answer = await answerTo(url);
        assert.equal((JSON.parse(answer) as { code: number }).code, 401);
    });

    it("are not changed by a second `up`", async () => {
        await stack.up("--expect-no-changes");
    });

    it("share the VIP also when the owner's nginx, which was running before, dies", async () => {
        if ((await waitForSingleMaster()).name !== owned.name)
            await onHost(clean.address, "sudo systemctl restart nginx");
        assert.equal((await waitForSingleMaster()).name, owned.name);
        await onHost(owned.address, "sudo pkill -KILL --oldest nginx");
        assert.equal((await waitForSingleMaster()).name, clean.name);
    });

    it("are restored by destroy as they were, the owner's nginx in service", async () => {
        await stack.must("destroy", "--yes", "--skip-preview");
        assert.deepEqual(await vipMasters(), []);
        assert.equal(await onHost(owned.address, "curl -sS http://127.0.0.1:8080/"), "page of the owner");
        assert.equal(
            await onHost(owned.address, "sudo cat /etc/nginx/nginx.conf; echo end"),
            `${OWNERS_NGINX_CONF}end`,
        );
        assert.equal(
            await onHost(owned.address, "systemctl is-enabled nginx; systemctl is-active nginx"),
            "enabled\nactive",
        );
        assert.equal(
            await onHost(clean.address, "command -v nginx keepalived; systemctl is-active nginx keepalived; true"),
            "inactive\ninactive",
        );
        for (const { name, address } of existingMachines)
            assert.deepEqual(differences(found.get(name)!, await snapshot(address)), [], name);
    });

    it("can become a pair again after that", async () => {
        await stack.up();
        await waitForSingleMaster();
    });

    it("are changed one by one while the other is off, and by a whole `up` when it is back", async () => {
        const servers = [51, 52].map(address);
        await nspawnHypervisor(instance).stop(clean.id);
        assert.equal((await waitForSingleMaster()).name, owned.name);
        await stack.configure({ ...config, apiServers: servers });
        await stack.up("--target", "**::kube-api-rack1-*");
        assert.deepEqual(await apiServersOn(owned.address), servers);

        await powerOn(clean);
        await answers(clean.address);
        await stack.up();
        assert.deepEqual(await apiServersOn(clean.address), servers);
    });

    it("go on with one when the other never comes back: its steps are forgotten, not undone", async () => {
        await stopExistingMachine(instance, clean.id);
        const { stdout } = await stack.must("stack", "--show-urns");
        const [ready] = /urn:pulumi:\S+::kube-api-rack2-ready/.exec(stdout)!;
        await stack.must("state", "delete", ready, "--target-dependents", "--yes");
        const [one] = config["hosts"] as object[];
        await stack.configure({ ...config, hosts: [one], allowSingleHost: true });
        await stack.up();
        assert.equal((await waitForSingleMaster()).name, owned.name);
        await stack.up("--expect-no-changes");
    });
});

/** Of its nginx, in the order of the file. */
async function apiServersOn(host: string): Promise<string[]> {
    const conf = await onHost(host, "sudo cat /etc/nginx/nginx.conf");
    return [...new Set([...conf.matchAll(/^\s*server (\S+):6443/gm)].map(([, server]) => server!))];
}

async function installOwnersNginx(): Promise<void> {
    const conf = Buffer.from(OWNERS_NGINX_CONF).toString("base64");
    await onHost(
        owned.address,
        [
            "set -e; export DEBIAN_FRONTEND=noninteractive",
            "sudo apt-get -q -y update > /dev/null; sudo -E apt-get -q -y install nginx > /dev/null 2>&1",
            `echo ${conf} | base64 -d | sudo tee /etc/nginx/nginx.conf > /dev/null`,
            "sudo chmod 0640 /etc/nginx/nginx.conf; sudo systemctl restart nginx",
        ].join("; "),
        120_000,
    );
    assert.equal(await onHost(owned.address, "curl -sS http://127.0.0.1:8080/"), "page of the owner");
}

async function hostKeyOf(address: string): Promise<string> {
    return onHost(address, "cut -d' ' -f1,2 /etc/ssh/ssh_host_ed25519_key.pub");
}
