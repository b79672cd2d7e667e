/** The example k3s-pair: two VMs on one node, nginx from nginx.org, logs in a format of one's own that are rotated. */
import assert from "node:assert/strict";
import { proxmoxCall } from "../../proving-ground/lab/proxmoxApi";
import { needsLab } from "../lab/machines/support";
import { MAINLINE, NginxOrgRepository } from "../lab/stack/nginxOrgRepository";
import {
    address,
    answersAtVip,
    exampleStack,
    existingMachines,
    instance,
    ofOneRelease,
    onHost,
    seconds,
    Stack,
    startExistingMachines,
    stopExistingMachines,
    vip,
    waitForSingleMaster,
} from "../lab/stack/support";

interface Outputs {
    hosts: { name: string; address: string; vmId: number; node: string }[];
}

const LOG = "/var/log/nginx/kube-api.access.log";

describe("the example k3s-pair", function () {
    this.timeout(240_000);
    this.bail(true);
    const stack = new Stack("test-k3s-pair");
    const repository = new NginxOrgRepository();
    const builder = ofOneRelease(existingMachines).slice(0, 1);
    const hosts = [101, 102].map(address);

    before(async function () {
        this.timeout(400_000);
        await needsLab(this);
        await startExistingMachines(builder);
        await repository.start(builder[0]!.address);
        await stopExistingMachines(builder);
        const { nginx, ...config } = exampleStack("k3s-pair");
        // The lab reaches no nginx.org: a site laid out and signed like it, with a key of its own.
        await stack.create({
            ...config,
            nginx: {
                ...(nginx as object),
                repository: repository.address,
                signingKeyFingerprints: [repository.fingerprint],
            },
        });
    });
    after(async () => {
        await stack.remove();
        await repository.stop();
        await stopExistingMachines(builder);
    });

    it("is two VMs of 4 GiB and 2 vCPU on one Proxmox node, which answer at the VIP", async () => {
        await stack.up();
        const { hosts: made } = await stack.outputs<Outputs>();
        assert.deepEqual(
            made.map(({ name, node }) => ({ name, node })),
            [
                { name: "k3s1vrrp1", node: "pve1" },
                { name: "k3s1vrrp2", node: "pve1" },
            ],
        );
        for (const { vmId } of made) {
            const config = await proxmoxCall<{ cores: number; memory: string | number }>(
                instance,
                "GET",
                `/nodes/pve1/qemu/${vmId}/config`,
            );
            assert.deepEqual(
                { cores: Number(config.cores), memory: Number(config.memory) },
                { cores: 2, memory: 4096 },
            );
        }
        await answersAtVip();
        await stack.up("--expect-no-changes");
    });

    it(
        "has nginx from the repository, preferred to the distribution's, with its own user and the stream module " +
            "it brings",
        async () => {
            for (const host of hosts) {
                assert.match(
                    await onHost(host, "apt-cache policy nginx"),
                    new RegExp(
                        `Installed: ${MAINLINE}\\s+Candidate: ${MAINLINE}[^*]*\\*\\*\\* ${MAINLINE} 900\\s+900 ` +
                            `${repository.address}`,
                    ),
                );
                assert.equal(await onHost(host, "stat -c %U /proc/$(pgrep --newest --exact nginx)"), "nginx");
                assert.equal(
                    await onHost(
                        host,
                        "dpkg-query --show --showformat '${db:Status-Status}' libnginx-mod-stream 2> /dev/null; true",
                    ),
                    "",
                );
            }
        },
    );

    it("logs each connection in the format that was asked for", async () => {
        const master = await waitForSingleMaster();
        await answersAtVip();
        assert.match(await lastLine(master.address), lineOfClient());
    });

    it("logs an API server that cannot be reached in the listener's error log", async () => {
        const master = await waitForSingleMaster();
        assert.match(await onHost(master.address, "ls /var/log/nginx"), /kube-api\.access\.log\nkube-api\.error\.log/);
        // It would leave the server out before a client finds out.
        await onHost(master.address, "sudo systemctl stop ha-api-watcher");
        await onHost(
            master.address,
            "sudo nft add table ip refuse; sudo nft 'add chain ip refuse out { type filter hook output " +
                `priority 0; }'; sudo nft add rule ip refuse out ip daddr ${address(51)} tcp dport 6443 reject ` +
                "with tcp reset",
        ).catch(async () => onHost(master.address, `sudo ip route add unreachable ${address(51)}/32`));
        for (let attempt = 0; attempt < 6; attempt++) await answersAtVip();
        await onHost(
            master.address,
            `sudo nft delete table ip refuse 2> /dev/null; sudo ip route del unreachable ${address(51)}/32 ` +
                "2> /dev/null; sudo systemctl start ha-api-watcher",
        );
        assert.match(
            await onHost(master.address, "sudo tail -n 5 /var/log/nginx/kube-api.error.log"),
            new RegExp(`\\[(error|warn|crit)\\].* upstream: "${address(51)}:6443"`),
        );
    });

    it("rotates its logs with the package's rules, and writes on into the new file", async () => {
        const master = await waitForSingleMaster();
        await onHost(master.address, "sudo logrotate --force /etc/logrotate.d/nginx");
        await seconds(0.5);
        const rotated = await onHost(master.address, `sudo sha256sum ${LOG}.1`);
        assert.equal(await onHost(master.address, `stat -c '%U %G %a %s' ${LOG}`), "nginx adm 640 0");
        await answersAtVip();
        assert.match(await lastLine(master.address), lineOfClient());
        assert.equal(
            await onHost(master.address, `sudo sha256sum ${LOG}.1`),
            rotated,
            "nothing is written into the old file",
        );
    });

    it("is gone from Proxmox after destroy", async () => {
        await stack.must("destroy", "--yes", "--skip-preview");
        const left = await proxmoxCall<{ vmid: number; template?: number }[]>(instance, "GET", "/nodes/pve1/qemu");
        assert.deepEqual(
            left.filter(({ template }) => template !== 1),
            [],
        );
    });
});

/** nginx writes it when the connection has ended, which the client's does before curl does. */
async function lastLine(host: string): Promise<string> {
    await seconds(0.3);
    return onHost(host, `sudo tail -n 1 ${LOG}`);
}

/** [time] client:port VIP:port protocol status sent received seconds */
function lineOfClient(): RegExp {
    const [client, at] = [instance.client.address, vip].map((each) => each.replaceAll(".", "\\."));
    return new RegExp(
        `^\\[\\d\\d/\\w{3}/\\d{4}:[\\d:]+ [+-]\\d{4}\\] ${client}:\\d+ ${at}:6443 TCP 200 \\d+ \\d+ \\d+\\.\\d{3}$`,
    );
}
