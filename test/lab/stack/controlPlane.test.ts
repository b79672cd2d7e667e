/**
 * The load balancer on the control-plane machines themselves: three hosts that are API servers too. Each test starts
 * where the one before it ended.
 */
import assert from "node:assert/strict";
import { nspawnHypervisor } from "../../../proving-ground/lab/hypervisor/nspawn";
import { inNamespace } from "../../../proving-ground/lab/network/namespace";
import { needsLab } from "../machines/support";
import {
    existingMachine,
    exampleStack,
    instance,
    onHost,
    waitForSingleMaster,
    seconds,
    Stack,
    type StackConfig,
    startExistingMachines,
    stopExistingMachines,
    vip,
    vipMasters,
} from "./support";

const machines = [1, 2, 3].map((n) => existingMachine(n, 10 + n));
type Machine = (typeof machines)[0];
const [first, second, third] = machines as [Machine, Machine, Machine];

/** In place of a kube-apiserver: TLS on port 6443, and a page /readyz that says whose it is. */
async function startApiServer({ name, address }: Machine, listen: string): Promise<void> {
    await onHost(
        address,
        [
            "sudo systemctl stop apiserver 2> /dev/null; mkdir -p apiserver && cd apiserver",
            `echo ${name} > readyz; test -e key || openssl req -x509 -newkey ec -pkeyopt ` +
                "ec_paramgen_curve:prime256v1 -noenc -subj /CN=kubernetes -keyout key -out certificate 2> " +
                "/dev/null",
            `sudo systemd-run --quiet --unit apiserver --working-directory "$PWD" openssl s_server -WWW ` +
                `-accept ${listen}:6443 -cert certificate -key key`,
        ].join("; "),
    );
}

/** Who answers the client there: the name of the machine. */
async function answered(host: string, port = 6443): Promise<string> {
    return (
        await inNamespace(instance.client.namespace, [
            "curl",
            "-sS",
            "--insecure",
            "--max-time",
            "5",
            `https://${host}:${port}/readyz`,
        ])
    ).trim();
}

/** Names of the machines that answer at the VIP in a few tries, sorted. */
/** Each API server gets requests that come to the VIP. A proxy that just started may take some back only by and by. */
async function allAnswerAtVip(port = 6443): Promise<void> {
    const all = machines.map(({ name }) => name);
    const names = new Set<string>();
    for (let n = 0; n < 90 && names.size < all.length; n++) {
        names.add(await answered(vip, port));
        if (n >= 9) await seconds(0.2);
    }
    assert.deepEqual([...names].sort(), all);
}

/** "ADDRESS PROGRAM" of everything that listens on the port, sorted. */
async function listening(host: string, port = 6443): Promise<string[]> {
    const text = await onHost(host, `sudo ss -Hltnp 'sport = :${port}'`);
    return text
        .split("\n")
        .flatMap((line) => /\S+ +\S+ +\S+ +(\S+):\d+ .*\(\("([^"]+)"/.exec(line)?.slice(1, 3).join(" ") ?? [])
        .sort();
}

describe("a load balancer on the control-plane machines", function () {
    this.timeout(180_000);
    this.bail(true);
    const stack = new Stack("test-control-plane");
    let config: StackConfig;

    before(async function () {
        this.timeout(300_000);
        await needsLab(this);
        await startExistingMachines(machines);
        config = exampleStack("on-control-plane");
        await stack.create(config);
    });
    after(async () => {
        await stack.remove();
        await stopExistingMachines(machines);
    });

    it(
        "is refused where the API server has port 6443 on all addresses, saying who has it, and nothing is " +
            "changed",
        async () => {
            for (const machine of machines) await startApiServer(machine, "0.0.0.0");
            const { status, output } = await stack.pulumi("up", "--yes", "--skip-preview");
            assert.notEqual(status, 0);
            assert.match(
                output,
                /rack3: port 6443\/tcp is taken on this host: 0\.0\.0\.0:6443 users:\(\("openssl".*make it listen there and set listenOn: vip\. Nothing was changed\./,
            );
            assert.equal(
                await onHost(
                    third.address,
                    "systemctl is-active nginx keepalived; test -e /etc/keepalived/keepalived.conf || echo none; " +
                        "cat /proc/sys/net/ipv4/ip_nonlocal_bind",
                ),
                "inactive\ninactive\nnone\n0",
            );
            assert.deepEqual(await vipMasters(), []);
        },
    );

    it(
        "leaves each API server port 6443 of its own address, and has it on the VIP, also where another host " +
            "holds that",
        async () => {
            for (const machine of machines) await startApiServer(machine, machine.address);
            await stack.up();
            for (const { address } of machines) {
                assert.deepEqual([...new Set(await listening(address))], [`${vip} nginx`, `${address} openssl`].sort());
                assert.equal(await answered(address), machines.find((machine) => machine.address === address)!.name);
            }
            await allAnswerAtVip();
            await stack.up("--expect-no-changes");
        },
    );

    it("gives the hosts priorities in the order they are given", async () => {
        const priorities = await Promise.all(
            machines.map(({ address }) =>
                onHost(address, "sudo sed -n 's/^ *priority //p' /etc/keepalived/keepalived.conf"),
            ),
        );
        assert.deepEqual(priorities, ["254", "244", "234"]);
    });

    it("does the same with HAProxy, which takes nginx's place one host at a time", async () => {
        await stack.configure(exampleStack("guide-004"));
        await stack.up();
        await waitForSingleMaster();
        for (const { address } of machines) {
            assert.deepEqual([...new Set(await listening(address))], [`${vip} haproxy`, `${address} openssl`].sort());
            assert.equal(
                await onHost(address, "systemctl is-active haproxy nginx; systemctl is-enabled nginx; true"),
                "active\ninactive\ndisabled",
            );
        }
        await allAnswerAtVip();
    });

    it("listens on all addresses at another port, beside API servers that have theirs on all", async () => {
        await stack.configure({ ...config, listenOn: "all", port: 8443 });
        await stack.up();
        // Only now: before, the proxy had port 6443 of the VIP.
        for (const machine of machines) await startApiServer(machine, "0.0.0.0");
        await waitForSingleMaster();
        for (const { address } of machines) {
            assert.deepEqual([...new Set(await listening(address))], ["0.0.0.0 openssl"]);
            assert.deepEqual([...new Set(await listening(address, 8443))], ["0.0.0.0 nginx"]);
        }
        await allAnswerAtVip(8443);
    });

    it("moves back to the VIP only, with the port it had on all addresses", async () => {
        await stack.configure({ ...config, port: 8443 });
        await stack.up();
        await waitForSingleMaster();
        for (const { address } of machines)
            assert.deepEqual([...new Set(await listening(address, 8443))], [`${vip} nginx`]);
        await allAnswerAtVip(8443);
    });

    it("is taken over by the second host when the first fails, and by the third when the second does too", async () => {
        // Whoever held it last keeps it (nopreempt); from here on it is the first.
        if ((await waitForSingleMaster()).name !== first.name)
            await onHost(second.address, "sudo systemctl restart keepalived & sudo true; wait");
        const hypervisor = nspawnHypervisor(instance);
        const order = [];
        for (const last of [false, false, true]) {
            const master = await waitForSingleMaster();
            order.push(master.name);
            if (!last) await hypervisor.stop(master.vmId);
        }
        assert.deepEqual(
            order,
            [first, second, third].map(({ name }) => name),
        );
        assert.equal(await answered(vip, 8443), third.name);
    });
});
