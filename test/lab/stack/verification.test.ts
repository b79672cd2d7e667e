/**
 * What an owner sees after the `up`: verification at its end, `npm run status`, `npm run drift`, and the way to put an
 * edit back.
 */
import assert from "node:assert/strict";
import type { HostDrift } from "../../../components/inspection/drift";
import { startApiServer, stopApiServer } from "../../../proving-ground/lab/apiserver/apiServers";
import { needsLab } from "../machines/support";
import {
    existingMachines,
    exampleStack,
    instance,
    onHost,
    waitForSingleMaster,
    Stack,
    type StackConfig,
    startExistingMachines,
    stopExistingMachines,
    vip,
} from "./support";

const [rack1, rack2] = existingMachines as [(typeof existingMachines)[0], (typeof existingMachines)[0]];

describe("verification, status and drift", function () {
    this.timeout(180_000);
    this.bail(true);
    const stack = new Stack("test-verified");
    let config: StackConfig;

    before(async function () {
        this.timeout(300_000);
        await needsLab(this);
        await startExistingMachines(existingMachines);
        config = exampleStack("existing-machines");
        await stack.create(config);
    });
    after(async () => {
        await stack.remove();
        await stopExistingMachines(existingMachines);
    });

    it("inspects all hosts at the end of up, also when nothing changed, and a preview without changes is empty", async () => {
        const { output } = await stack.up();
        assert.match(
            output,
            new RegExp(`Verified: rack[12] holds ${vip} \\(MASTER since .*, rack[12] is BACKUP; inspected in`),
        );
        const { output: again } = await stack.up("--expect-no-changes");
        assert.match(again, /Verified: rack[12] holds/);
        const { verification } = await stack.outputs<{ verification: string[] }>();
        assert.ok(verification.includes(`exactly one host holds ${vip}`), verification.join("\n"));
        const { output: preview } = await stack.must("preview", "--expect-no-changes");
        assert.doesNotMatch(preview, /Verified|verification/);
    });

    it(
        "is healthy to npm run status, which says who holds the VIP, what runs, and for how long certificates " +
            "are good",
        async () => {
            await waitForSingleMaster();
            const { status: exit, output } = await stack.command("status");
            assert.equal(exit, 0, output);
            assert.match(output, new RegExp(`VIP ${vip.replaceAll(".", "\\.")}: held by rack[12]`));
            assert.match(output, /Healthy\./);
            const now = await stack.status();
            assert.equal(now.healthy, true, now.problems.join("\n"));
            assert.deepEqual(
                now.hosts.map(({ name, state, priority }) => `${name} ${state} ${priority}`).sort(),
                now.heldBy[0] === "rack1"
                    ? ["rack1 MASTER 254", "rack2 BACKUP 244"]
                    : ["rack1 BACKUP 254", "rack2 MASTER 244"],
            );
            assert.ok(
                now.certificate !== undefined && now.certificate.daysLeft > 3000 && now.certificate.names.includes(vip),
                JSON.stringify(now.certificate),
            );
            assert.deepEqual(
                now.apiServers.map(({ up }) => up),
                [true, true, true],
            );
            assert.match(now.hosts[0]!.versions!["keepalived"]!, /^1:2\.[23]\./);
        },
    );

    it("tells of a failover in the order it happened, from the journals of both hosts", async () => {
        const before = (await waitForSingleMaster()).name;
        const other = before === "rack1" ? rack2 : rack1;
        await onHost(existingMachines.find(({ name }) => name === before)!.address, "sudo pkill -KILL --oldest nginx");
        assert.equal((await waitForSingleMaster()).name, other.name);
        const { events, healthy } = await stack.status();
        assert.equal(healthy, true);
        const states = events
            .filter(({ service }) => service === "keepalived")
            .map(({ host, text }) => `${host} ${text}`);
        const fault = states.lastIndexOf(`${before} FAULT`),
            master = states.lastIndexOf(`${other.name} MASTER`);
        assert.ok(fault >= 0 && master > fault, states.join("\n"));
    });

    it("shows an API server that is down, with the reason; that fails no deployment", async () => {
        await stopApiServer(instance, "api2");
        try {
            const { apiServers, healthy } = await stack.status();
            assert.equal(healthy, false);
            assert.deepEqual(
                apiServers.map(({ up }) => up),
                [true, false, true],
            );
            assert.match(Object.values(apiServers[1]!.problems)[0]!, /refused/);
            const { output } = await stack.up("--expect-no-changes");
            assert.match(output, new RegExp(`Not verified: ${instance.subnet}\\.52:6443 is not there for any host`));
        } finally {
            await startApiServer(instance, "api2");
        }
    });

    it("fails with what was seen when a second host holds the VIP", async () => {
        const master = (await waitForSingleMaster()).name;
        const other = master === "rack1" ? rack2 : rack1;
        await onHost(other.address, `sudo ip addr add ${vip}/32 dev host0`);
        try {
            const { status: exit, output } = await stack.pulumi("up", "--yes", "--skip-preview");
            assert.notEqual(exit, 0);
            assert.match(
                output,
                new RegExp(
                    `Check failed: exactly one host holds ${vip}\\n +rack1 and rack2 hold ${vip} at the same time`,
                ),
            );
            assert.equal((await stack.command("status")).status, 1);
        } finally {
            await onHost(other.address, `sudo ip addr del ${vip}/32 dev host0`);
        }
        await stack.up();
    });

    it(
        "reports a file that was edited by hand, with the difference, and the next up that is asked to puts it " +
            "back",
        async () => {
            await onHost(
                rack1.address,
                "sudo sed -i 's/least_conn;/random;/' /etc/nginx/nginx.conf; sudo chmod 0600 " +
                    "/etc/tmpfiles.d/ha-api.conf",
            );
            const { status: exit, output } = await stack.command("drift");
            assert.equal(exit, 1, output);
            assert.match(
                output,
                /rack1: \/etc\/nginx\/nginx\.conf: changed\n[\s\S]*\n {4}- +least_conn;\n {4}\+ +random;\n/,
            );
            assert.match(output, /rack1: \/etc\/tmpfiles\.d\/ha-api\.conf: permissions 600 instead of 644/);
            assert.match(output, /rack2: every file is as it was rendered/);
            assert.match(
                output,
                /pulumi config set repairTrigger "\$\(date \+%F-%H%M\)" --stack test-verified && pulumi up --stack test-verified/,
            );
            const unasked = await stack.pulumi("up", "--yes", "--skip-preview");
            assert.notEqual(unasked.status, 0);
            assert.match(unasked.output, /rack1: \/etc\/nginx\/nginx\.conf is not what was rendered/);
            await stack.configure({ ...config, repairTrigger: "2026-11-21" });
            await stack.up();
            const found = JSON.parse((await stack.command("drift", "--json")).output) as HostDrift[];
            assert.deepEqual(
                found,
                ["rack1", "rack2"].map((host) => ({ host, files: [] })),
            );
            assert.equal(
                await onHost(
                    rack1.address,
                    "grep -c least_conn /etc/nginx/nginx.conf; stat -c %a /etc/tmpfiles.d/ha-api.conf",
                ),
                "1\n644",
            );
        },
    );

    it("is not talked to by a command when the host key is another one than was pinned", async () => {
        await onHost(
            rack2.address,
            'sudo sh -c \'rm /etc/ssh/ssh_host_ed25519_key*; ssh-keygen -q -t ed25519 -N "" -f ' +
                "/etc/ssh/ssh_host_ed25519_key; systemctl restart ssh'",
        );
        const { status: exit, output } = await stack.command("status");
        assert.equal(exit, 1, output);
        assert.match(
            output,
            /rack2 \(\S+\) has another SSH host key than the one that was pinned, and was not talked to/,
        );
    });

    it("says what is missing when a stack exports no load balancer, and which options a command has", async () => {
        const { status: exit, output } = await stack.command("status", "--what");
        assert.equal(exit, 2);
        assert.match(output, /Usage: npm run status -- \[--stack NAME\]/);
    });
});
