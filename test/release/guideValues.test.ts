/**
 * What the guides set by hand, set by our inputs on two machines that were there before, whose interfaces have
 * different names. One pair for all of it: each part is an `up` on what the one before left.
 */
import assert from "node:assert/strict";
import { startApiServer, stopApiServer } from "../../proving-ground/lab/apiserver/apiServers";
import { run } from "../../tools/run";
import { needsLab } from "../lab/machines/support";
import { askEcho, startEcho, stopEcho } from "../lab/stack/echoServers";
import {
    address,
    existingMachine,
    exampleStack,
    instance,
    onHost,
    waitForSingleMaster,
    seconds,
    observedDuring,
    Stack,
    type StackConfig,
    startExistingMachines,
    stopExistingMachines,
    vip,
} from "../lab/stack/support";

const machines = [existingMachine(1, 101), existingMachine(2, 102)];
const [first, second] = machines as [(typeof machines)[0], (typeof machines)[0]];
const KEEPALIVED_CONF = "/etc/keepalived/keepalived.conf";

interface Outputs {
    vip: string;
    kubeconfigServerUrl: string;
    files: Record<string, Record<string, string>>;
}

/** The settings of an example, with the interfaces that the lab's machines have. */
function onOurInterfaces(config: StackConfig, names = ["host0", "lan0"]): StackConfig {
    const hosts = config["hosts"] as Record<string, unknown>[];
    return { ...config, hosts: hosts.map((host, index) => ({ ...host, interface: names[index] })) };
}

const keepalivedConf = (host: string): Promise<string> => onHost(host, `sudo cat ${KEEPALIVED_CONF}`);
/** Stops nginx on the master for a while, by systemd, so that it does not start nginx again. */
const stopNginx = (host: string): Promise<string> => onHost(host, "sudo systemctl stop nginx");
const startNginx = (host: string): Promise<string> => onHost(host, "sudo systemctl start nginx");

/**
 * Waits until the VIP settles on that machine. Checks that are made every few seconds let it rest elsewhere for a
 * moment before.
 */
async function masterIs(machine: (typeof machines)[0]): Promise<void> {
    const deadline = Date.now() + 25_000;
    let last: string;
    do {
        last = (await waitForSingleMaster()).name;
    } while (last !== machine.name && Date.now() < deadline);
    assert.equal(last, machine.name);
}

/** Advertisements to the VRRP group that reach the client in two seconds. */
async function multicastAdvertisements(): Promise<number> {
    const nft = (...words: string[]): Promise<string> =>
        run("nsenter", [`--net=/run/netns/${instance.client.namespace}`, "--", "nft", ...words]);
    await nft(
        "add table ip vrrp; add chain ip vrrp seen { type filter hook prerouting priority 0; }; add rule ip " +
            "vrrp seen ip daddr 224.0.0.18 ip protocol 112 counter",
    );
    try {
        await seconds(2.5);
        return Number(/packets (\d+)/.exec(await nft("list", "table", "ip", "vrrp"))?.[1]);
    } finally {
        await nft("delete", "table", "ip", "vrrp");
    }
}

describe("the guides' settings on two machines that were there before", function () {
    this.timeout(180_000);
    this.bail(true);
    const stack = new Stack("test-guides");
    let keepalivedExample: StackConfig;

    before(async function () {
        this.timeout(300_000);
        await needsLab(this);
        await startExistingMachines(machines);
        await renameInterface(second.address, "lan0");
        keepalivedExample = exampleStack("guide-000-keepalived");
        await stack.create(keepalivedExample);
    });
    after(async () => {
        await stack.remove();
        await stopExistingMachines(machines);
    });

    describe("a name as the VIP", () => {
        for (const [what, name, reason] of [
            ["that does not exist", "nobody", /resolves to an address: there is no such name \(asked: [0-9.]+\)/],
            [
                "of several addresses",
                "k3s1nodes",
                /must be the name of one address; it resolves to \S+\.51, \S+\.52, \S+\.53/,
            ],
            ["of one of the hosts", "vrrp1", /hosts\[0\]\.address: must not be the VIP/],
        ] as [string, string, RegExp][]) {
            it(`${what} is refused in the preview, with a message and no stack trace`, async () => {
                await stack.configure({ ...keepalivedExample, vip: `${name}.${instance.domain}/24` });
                const { status, output } = await stack.pulumi("preview");
                assert.notEqual(status, 0, output);
                assert.match(output, reason);
                assert.match(output, /Nothing was changed/);
                assert.doesNotMatch(output, /\n +at .*\.ts:\d+/);
            });
        }

        it("is looked up for the preview, which shows the address, and warns of what the guide's values cost", async () => {
            await stack.configure(keepalivedExample);
            const { output } = await stack.must("preview", "--diff");
            assert.match(output, new RegExp(`vip +: "${vip}"`));
            for (const warning of [
                /k3s1vrrp1 has priority 255/,
                /k3s1vrrp2 starts as master although another/,
                /crosses the network in clear text/,
                /version 2 counts in whole seconds/,
                /trackProxy is off/,
            ]) {
                assert.match(output, warning);
            }
        });
    });

    describe("guide 000's keepalived", () => {
        it("comes up with the preferred host as master, on the interface that each host found by its address", async () => {
            await stack.up();
            const outputs = await stack.outputs<Outputs>();
            assert.equal(outputs.vip, vip);
            assert.equal(outputs.kubeconfigServerUrl, `https://k3s1api.${instance.domain}:6443`);
            await masterIs(first);
            assert.match(
                await keepalivedConf(first.address),
                /state MASTER\n +interface host0\n +virtual_router_id 70\n +priority 255\n +advert_int 1\n +authentication/,
            );
            assert.match(
                await keepalivedConf(second.address),
                /state MASTER\n +interface lan0\n +virtual_router_id 70\n +priority 250/,
            );
            await stack.up("--expect-no-changes");
        });

        it(
            "has a password of its own, the same on both hosts, that only root can read there and that shows " +
                "nowhere else",
            async () => {
                const password = /auth_pass (\S+)/.exec(await keepalivedConf(first.address))![1]!;
                assert.match(password, /^[A-Za-z0-9]{8}$/);
                assert.match(await keepalivedConf(second.address), new RegExp(`auth_pass ${password}\n`));
                for (const { address: host } of machines)
                    assert.equal(await onHost(host, `stat -c '%a %U' ${KEEPALIVED_CONF}`), "600 root");
                const places = {
                    state: await stack.state(),
                    preview: (await stack.must("preview", "--diff")).output,
                    outputs: JSON.stringify(await stack.outputs()),
                };
                for (const [place, text] of Object.entries(places))
                    assert.ok(!text.includes(password), `the password is in the ${place}`);
                assert.match(places.outputs, /auth_pass @credential:vrrp-password@/);
            },
        );

        it("speaks to the VRRP group, of which both are members", async () => {
            assert.match(await keepalivedConf(first.address), /^(?!.*unicast).*$/s);
            for (const { address: host } of machines)
                assert.match(await onHost(host, "ip maddr show"), /224\.0\.0\.18/);
            assert.ok((await multicastAdvertisements()) >= 2, "the master advertises every second");
        });

        it("runs its script as the user without rights", async () => {
            const program = "/usr/local/libexec/ha-api/proxy-runs";
            const spying = `#!/bin/sh\n: > /tmp/checked-by.$$\nexec pidof -q "$1"\n`;
            await onHost(
                first.address,
                `sudo cp -p ${program} /root/proxy-runs && printf '%s' '${spying}' | sudo tee ${program} > /dev/null`,
            );
            await seconds(3.5);
            await onHost(first.address, `sudo cp -p /root/proxy-runs ${program}`);
            assert.equal(await onHost(first.address, "stat -c %U /tmp/checked-by.* | sort -u"), "www-data");
        });

        it("moves the VIP when there is no nginx, and back when there is one again", async () => {
            const seen = await observedDuring(async () => {
                await stopNginx(first.address);
                await masterIs(second);
            });
            assert.ok(seen.failed > 0 && seen.longestGap < 9000, JSON.stringify(seen));
            await startNginx(first.address);
            await seconds(3);
            await masterIs(first);
        });
    });

    describe("guide 002's unicast and weights", () => {
        let config: StackConfig;

        it(
            "are refused, with the names of the interfaces there are, on a host that has no such interface, and " +
                "nothing is changed",
            async () => {
                config = exampleStack("guide-002");
                const before = await keepalivedConf(second.address);
                await stack.configure(config);
                const { status, output } = await stack.pulumi("up", "--yes", "--skip-preview");
                assert.notEqual(status, 0);
                assert.match(output, /rack2: there is no interface enp4s0; there are: lo lan0/);
                assert.equal(await keepalivedConf(second.address), before);
                await masterIs(first);
            },
        );

        it("replace multicast, each host on the interface given for it", async () => {
            config = onOurInterfaces(config);
            await stack.configure(config);
            await stack.up();
            await masterIs(first);
            assert.match(
                await keepalivedConf(first.address),
                new RegExp(
                    `interface host0[^]*unicast_src_ip ${first.address}\n +unicast_peer {\n +${second.address}\n`,
                ),
            );
            assert.match(
                await keepalivedConf(second.address),
                new RegExp(
                    `interface lan0[^]*unicast_src_ip ${second.address}\n +unicast_peer {\n +${first.address}\n`,
                ),
            );
            assert.equal(await multicastAdvertisements(), 0);
        });

        it("move the VIP by lowering the priority of a host without nginx, and give it back", async () => {
            await stopNginx(first.address);
            await seconds(2);
            await masterIs(second);
            assert.match(
                await onHost(first.address, "sudo journalctl -u keepalived -n 20 -o cat"),
                /Changing effective priority from 100 to 80/,
            );
            await startNginx(first.address);
            await seconds(2);
            await masterIs(first);
        });
    });

    describe("a check that asks for the API, as in guide 004", () => {
        it("leaves a healthy pair alone", async () => {
            const { hosts, apiServers } = onOurInterfaces(exampleStack("guide-002"));
            await stack.configure({
                vip: `${vip}/24`,
                hosts,
                apiServers,
                vrrp: { preempt: true, check: { kind: "api", interval: 1, timeout: 3, weight: -2, fall: 2, rise: 2 } },
            });
            const { output } = await stack.up();
            assert.match(
                output,
                /weight -2 is too little: a failed check leaves nginx1 with priority 98, and nginx2 has no more than 90/,
            );
            await masterIs(first);
            await seconds(4);
            await masterIs(first);
            for (const { address: host } of machines)
                assert.doesNotMatch(
                    await onHost(host, "sudo journalctl -u keepalived -n 8 -o cat"),
                    /Changing effective priority from \d+ to (98|88)/,
                );
        });

        it("lowers both hosts' priority when no API server answers; the VIP stays where it is", async () => {
            try {
                await Promise.all(instance.apiServers.map(({ name }) => stopApiServer(instance, name)));
                await seconds(4);
                assert.match(
                    await onHost(first.address, "sudo journalctl -u keepalived -n 8 -o cat"),
                    /Changing effective priority from 100 to 98/,
                );
                assert.match(
                    await onHost(second.address, "sudo journalctl -u keepalived -n 8 -o cat"),
                    /Changing effective priority from 90 to 88/,
                );
                await masterIs(first);
            } finally {
                await Promise.all(instance.apiServers.map(({ name }) => startApiServer(instance, name)));
            }
            await seconds(4);
            assert.match(
                await onHost(first.address, "sudo journalctl -u keepalived -n 8 -o cat"),
                /Changing effective priority from 98 to 100/,
            );
            await masterIs(first);
        });
    });

    describe("guide 003's further services", () => {
        it("are reached through the VIP, each at its own backends", async () => {
            const config = exampleStack("guide-003");
            await stack.configure(config);
            const echoes = await Promise.all(
                [1, 2].flatMap((n) => [startEcho(n, "tcp", 6001), startEcho(n, "udp", 5514)]),
            );
            try {
                await stack.up();
                await masterIs(first);
                const conf = await onHost(first.address, "cat /etc/nginx/nginx.conf");
                assert.match(
                    conf,
                    /upstream etcd \{[^}]*least_conn;\n +server \S+\.51:6001 max_fails=3 fail_timeout=5s;\n +server \S+\.52:6001 max_fails=3 fail_timeout=5s;\n/,
                );
                for (const [protocol, port] of [
                    ["tcp", 4001],
                    ["udp", 514],
                ] as const) {
                    const answers = [];
                    for (let n = 0; n < 6; n++) answers.push(await askEcho(protocol, vip, port));
                    assert.deepEqual(
                        [...new Set(answers)].sort(),
                        [address(51), address(52)],
                        `${protocol}: ${answers.join(" ")}`,
                    );
                }
                await stopEcho(echoes[0]!);
                for (let n = 0; n < 4; n++) assert.equal(await askEcho("tcp", vip, 4001), address(52));
            } finally {
                await Promise.all(echoes.map(stopEcho));
            }
        });

        it("move with the VIP at once when nginx ends", async () => {
            await stopNginx(first.address);
            await masterIs(second);
            await startNginx(first.address);
            await seconds(2);
            await masterIs(first);
        });
    });
});

/**
 * Gives the machine's one interface another name, with its network configuration. The connection survives: it is the
 * same interface.
 */
async function renameInterface(host: string, name: string): Promise<void> {
    const steps = [
        "sleep 0.2",
        `sed -i s/host0/${name}/ /etc/netplan/*.yaml`,
        "ip link set host0 down",
        `ip link set host0 name ${name}`,
        `ip link set ${name} up`,
        "netplan generate",
        "systemctl restart systemd-networkd",
    ];
    await onHost(host, `sudo systemd-run --quiet sh -c '${steps.join("; ")}'`);
    for (let tries = 0; ; tries++) {
        if ((await onHost(host, `ip -o -4 address show dev ${name}`).catch(() => "")).includes(`${host}/24`)) return;
        assert.ok(tries < 40, `${host} did not come back with its interface renamed`);
        await seconds(0.5);
    }
}
