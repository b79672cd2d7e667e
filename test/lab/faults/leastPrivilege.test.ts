/**
 * What somebody with an account on a host, and without root, can do to the load balancer; what of it the network
 * reaches; and what its services may do to the host.
 */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { inNamespace } from "../../../proving-ground/lab/network/namespace";
import { instance } from "../machines/support";
import { type ExistingMachine, existingMachines, vip } from "../stack/support";
import { otherThan, rack1, triedOn } from "./pair";

const USER = "intruder";
/** What is ours on a host, and what it runs with. */
const OURS =
    "/usr/local/libexec/ha-api /etc/ha-api /etc/keepalived /etc/nginx /run/ha-api /var/lib/ha-api /run/nginx.pid " +
    "/etc/systemd/system/*.service.d /etc/systemd/system/ha-api-watcher.service /etc/tmpfiles.d/ha-api.conf";

/** Takes each port as soon as nobody has it, and answers there what the proxy used to: PORT ANSWER. */
const SQUATTER = String.raw`
use strict; use warnings; use IO::Socket::INET;
my ($port, $answer) = @ARGV;
my $socket;
until ($socket) { $socket = IO::Socket::INET->new(LocalPort => $port, Listen => 5, ReuseAddr => 1) or select undef, undef, undef, 0.01 }
while (my $client = $socket->accept) { print {$client} "$answer\n"; close $client }
`;

/** Tries to connect to every TCP port of the address: ADDRESS. */
const SCAN = `
const { connect } = require("node:net");
let next = 1;
const open = [];
const one = () => new Promise((resolve) => {
    const port = next++;
    const socket = connect({ host: process.argv[1], port, timeout: 2000 });
    const end = (is) => () => { if (is) open.push(port); socket.destroy(); resolve(); };
    socket.once("connect", end(true)).once("error", end(false)).once("timeout", end(false));
});
const lane = async () => { while (next <= 65535) await one(); };
Promise.all(Array.from({ length: 200 }, lane)).then(() => console.log(open.sort((a, b) => a - b).join(" ")));
`;

describe("somebody without root on a host", function () {
    this.timeout(300_000);
    const { pair, survives } = triedOn(
        "test-least-privilege",
        { trouble: "a local user without root", as: "each thing tried, on both releases" },
        { vrrp: { version: 2, advertisementInterval: 1, authentication: "password" } },
    );

    before(async () => {
        for (const machine of existingMachines) await pair.on(machine, `useradd --create-home ${USER}`);
    });

    /** What the user sees; nothing is thrown for a status. */
    const asUser = (machine: ExistingMachine, script: string): Promise<string> =>
        pair.on(machine, `runuser --user ${USER} -- sh -c '${script}' 2>&1; true`);

    const onEach = (title: string, work: (machine: ExistingMachine) => Promise<void>): void => {
        for (const machine of existingMachines) it(`${title} (${machine.name})`, () => survives(() => work(machine)));
    };

    onEach("finds nothing of it to write to", async (machine) => {
        assert.equal(
            await pair.on(
                machine,
                `find -L ${OURS} \\( -perm /022 -o ! -user root \\) -a ! -type l 2> /dev/null; true`,
            ),
            "",
        );
    });

    onEach("reads no secret in any file, and of no process", async (machine) => {
        const places = `/etc /run /var /usr/local /tmp /proc/[0-9]*/cmdline /proc/[0-9]*/environ`;
        const conf = "/etc/keepalived/keepalived.conf";
        const password = (await pair.on(machine, `sed -n 's/^ *auth_pass //p' ${conf}`)).trim();
        assert.match(password, /^\S{8}$/);
        // In brackets, so that the search does not find itself.
        const mark = `[${password[0]!}]${password.slice(1)}`;
        assert.equal(await asUser(machine, `grep -rlsa ${mark} ${places} --exclude-dir=fd --devices=skip`), "");
        assert.match(await pair.on(machine, `runuser --user ${USER} -- grep -ls root /etc/passwd`), /passwd/);
    });

    onEach("changes nothing of what the daemons go by", async (machine) => {
        const tried = [
            "echo 1 > /run/ha-api/proxy-down",
            "echo 1 > /run/ha-api/proxy-hung",
            "echo FAULT > /run/ha-api/vrrp/kube_api",
            "rm -rf /run/ha-api/vrrp",
            "mkdir /run/ha-api/leaving",
            "pkill -KILL keepalived",
            "pkill -STOP nginx",
            "systemctl --no-ask-password stop keepalived",
            "nft flush ruleset",
            `ip address add ${vip}/32 dev lo`,
            "keepalived --config-test",
        ];
        for (const command of tried) {
            const output = await asUser(machine, `if ${command}; then echo DONE; fi`);
            assert.doesNotMatch(output, /DONE/, command);
        }
        const master = await pair.master();
        await asUser(master, "/usr/local/libexec/ha-api/switchover");
        await pair.atRest();
        assert.equal((await pair.master()).name, master.name);
    });

    it("can take a port of a proxy that does not run: then that host has no VIP, whatever is answered there", async () => {
        for (const port of ["6443", "6442"])
            await survives(async () => {
                const master = await pair.master();
                const answer = await pair.on(
                    master,
                    "timeout 2 bash -c 'exec 3<> /dev/tcp/127.0.0.1/6442; head -n 1 <&3'",
                );
                const squatter = Buffer.from(SQUATTER).toString("base64");
                await pair.on(
                    master,
                    `echo ${squatter} | base64 -d > /tmp/squatter; chmod a+r /tmp/squatter; ` +
                        `systemd-run --quiet --unit squatter --uid ${USER} perl /tmp/squatter ${port} '${answer.trim()}'`,
                );
                await pair.on(master, "pkill -KILL -x nginx");
                await sleep(3000);
                assert.match(await pair.on(master, `ss -Hltnp sport = :${port}`), /perl/, "the port is not taken");
                await pair.settles({ able: [otherThan(master)], reached: existingMachines, answering: true });
                const { problems } = await pair.stack.status();
                assert.match(problems.join(" "), new RegExp(`${master.name}.*nginx`));
                await pair.on(master, "systemctl stop squatter");
                await pair.atRest();
            });
    });

    it("finds from outside the documented ports open, and no other", async () => {
        for (const address of [...existingMachines.map((machine) => machine.address), vip]) {
            const open = await inNamespace(instance.client.namespace, [process.execPath, "-e", SCAN, address]);
            // systemd-resolved's, in the lab's images.
            assert.equal(open.replace(" 5355", ""), "22 6443", address);
        }
        // What is sent to a port of UDP need not be answered: so by the kernel's list, without the system's own.
        const udp = await pair.on(rack1, "ss -Hlunp | grep -vE '127\\.0\\.0\\.|systemd-|\\[::1\\]'; true");
        assert.equal(udp, "");
    });

    it("meets services that may do what they need, and not much more", async () => {
        const exposure = async (machine: ExistingMachine, unit: string): Promise<number> => {
            const text = await pair.on(machine, `systemd-analyze security --no-pager ${unit}.service | tail -n 1`);
            return Number(/level for \S+: (\d+\.\d+)/.exec(text)?.[1]);
        };
        const found: Record<string, number[]> = {};
        for (const unit of ["ha-api-watcher", "keepalived", "nginx"])
            found[unit] = await Promise.all(existingMachines.map((machine) => exposure(machine, unit)));
        process.stdout.write(`      systemd-analyze security: ${JSON.stringify(found)}\n`);
        // What they have in their memory, such as a key, is written to no disk.
        for (const machine of existingMachines)
            assert.doesNotMatch(
                await pair.on(machine, "grep -h 'Max core' $(printf '/proc/%s/limits ' $(pgrep 'nginx|keepalived'))"),
                /size +(unlimited|[1-9])/,
            );
        for (const [unit, limit] of Object.entries({ "ha-api-watcher": 3.5, keepalived: 6.9, nginx: 6.9 }))
            for (const level of found[unit]!) assert.ok(level <= limit, `${unit}: ${level}`);
    });
});
