/**
 * nginx in a container on two machines that were there before, from the first image to the way back, each change by one
 * `pulumi up`. Each test starts where the one before it ended.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { signalProxy } from "../../../cli/drill/hosts/hostScripts";
import { quote } from "../../../components/text/quote";
import { address6Of } from "../../../proving-ground/lab/instance";
import { inNamespace } from "../../../proving-ground/lab/network/namespace";
import { keys } from "../../../proving-ground/lab/pki";
import { say } from "../../../tools/progress";
import { itBeforeRelease } from "../../breadth";
import { needsLab } from "../machines/support";
import { ImageRegistry } from "./imageRegistry";
import { type Image, nginxImage } from "./nginxImage";
import { differences, snapshot, type Snapshot } from "./snapshot";
import {
    address,
    address6,
    answersAtVip,
    answerTo,
    exampleStack,
    existingMachines,
    instance,
    observedDuring,
    onHost,
    seconds,
    Stack,
    type StackConfig,
    startExistingMachines,
    stopExistingMachines,
    vipMasters,
    waitForSingleMaster,
} from "./support";

const MASTER = "pgrep --oldest --exact nginx";
/** Prometheus would be this machine. */
const metrics = { enabled: true, proxyListenOn: "host", allowedClients: [instance.gateway] };

describe("nginx in a container", function () {
    this.timeout(180_000);
    this.bail(true);
    const stack = new Stack("test-container");
    const found = new Map<string, Snapshot>();
    let config: StackConfig;
    let older: Image;
    let newer: Image;
    let registry: ImageRegistry | undefined;

    before(async function () {
        this.timeout(400_000);
        await needsLab(this);
        [older, newer] = [await nginxImage("bookworm"), await nginxImage("trixie")];
        await startExistingMachines(existingMachines, { runsContainers: true, families: "both" });
        registry = new ImageRegistry([older, newer]);
        await registry.start();
        for (const machine of existingMachines) {
            await trust(machine.address, registry.authority);
            found.set(machine.name, await snapshot(machine.address));
        }
        config = exampleStack("nginx-container");
        await stack.create({ ...fromImage(registry.byDigest(older)), apiServers: [51, 52].map(address) });
    });
    after(async () => {
        await stack.remove();
        await registry?.stop();
        await stopExistingMachines(existingMachines);
    });

    it("is pulled by its digest and answers at the VIP, with workers of the image's own user", async () => {
        const begun = Date.now();
        const { output } = await stack.up();
        figure("first up with podman", `${Date.now() - begun} ms`);
        assert.match(output, /pulled \S+@sha256:/);
        await answersAtVip();
        for (const machine of existingMachines) {
            assert.equal(await version(machine.address, "podman"), older.version);
            assert.equal(
                await onHost(
                    machine.address,
                    `cat /run/ha-api/proxy-down; stat -c %u /proc/$(${MASTER.replace("oldest", "newest")})`,
                ),
                "0\n101",
            );
            assert.equal(await onHost(machine.address, "command -v nginx; true"), "", "no nginx of the host's own");
        }
    });

    it("changes nothing when it is run again, and asks the registry nothing", async () => {
        const asked = registry!.requests.length;
        await stack.up("--expect-no-changes");
        assert.equal(registry!.requests.length, asked);
    });

    it("takes an added API server into service by a reload, without a failed request or a broken watch", async () => {
        await stack.configure(fromImage(registry!.byDigest(older)));
        const masters = await onBoth(MASTER);
        const seen = await observedDuring(async () => {
            await seconds(1);
            assert.match((await stack.up()).output, /ha-api-nginx: reload/);
            await seconds(2);
        });
        assert.ok(seen.requests > 50, JSON.stringify(seen));
        assert.equal(seen.failed, 0, JSON.stringify(seen));
        assert.equal(seen.watchBreaks, 0, JSON.stringify(seen));
        assert.deepEqual(await onBoth(MASTER), masters);
    });

    it("gives the VIP away when its master is killed, and comes back by itself", async () => {
        const master = await waitForSingleMaster();
        const seen = await observedDuring(async () => {
            await seconds(0.5);
            await onHost(master.address, `sudo kill -KILL $(${MASTER})`);
            await seconds(2);
        });
        assert.notEqual((await waitForSingleMaster()).name, master.name);
        assert.ok(seen.longestGap > 0 && seen.longestGap < 3000, JSON.stringify(seen));
        await onHost(
            master.address,
            'for i in $(seq 100); do test "$(cat /run/ha-api/proxy-down)" = 0 && exit; sleep 0.1; done; exit 1',
        );
        figure("gap when the master is killed", `${seen.longestGap} ms`);
    });

    itBeforeRelease("is what a drill stops and lets go on, and no other nginx on the machine", async () => {
        const { address: host } = existingMachines[0]!;
        const states = (): Promise<string> =>
            onHost(host, "ps -o stat= -C nginx | cut -c1 | sort | uniq -c | tr -s ' \\n' ' '");
        const signal = (name: "STOP" | "CONT"): Promise<string> =>
            onHost(host, `sudo bash -c ${quote(signalProxy("ha-api-nginx", name))}`);
        await onHost(host, "cp /bin/sleep /tmp/nginx && sudo systemd-run --quiet --unit owners-nginx /tmp/nginx 100");
        const before = await states();
        await signal("STOP");
        assert.equal((await states()).trim(), `1 S ${Number(/(\d+) S/.exec(before)?.[1]) - 1} T`);
        await signal("CONT");
        assert.equal(await states(), before);
        await onHost(host, "sudo systemctl stop owners-nginx");
        await waitForSingleMaster();
    });

    it("refuses a directive nginx refuses, with the line, and serves on", async () => {
        const before = await onBoth(`sha256sum /etc/ha-api/nginx.conf; ${MASTER}`);
        await stack.configure({
            ...config,
            nginx: { ...container(registry!.byDigest(older)), extraConfiguration: "alow 10.0.0.0/8;" },
        });
        let failure = { status: 0, output: "" };
        const seen = await observedDuring(async () => {
            failure = await stack.pulumi("up", "--yes", "--skip-preview");
        });
        assert.notEqual(failure.status, 0);
        assert.match(
            failure.output,
            /refuses the new configuration; the old one stays in service:\s+.*unknown directive "alow" in \/etc\/ha-api\/nginx\.conf:\d+/,
        );
        assert.equal(seen.failed, 0, JSON.stringify(seen));
        assert.deepEqual(await onBoth(`sha256sum /etc/ha-api/nginx.conf; ${MASTER}`), before);
    });

    it("refuses an image the registry does not have, and serves on", async () => {
        await stack.configure(fromImage(`${registry!.authority}/nginx:0.0.0`));
        const masters = await onBoth(MASTER);
        const { status, output } = await stack.pulumi("up", "--yes", "--skip-preview");
        assert.notEqual(status, 0);
        assert.match(output, /the image \S+\/nginx:0\.0\.0 could not be pulled: /);
        assert.deepEqual(await onBoth(MASTER), masters);
        await answersAtVip();
    });

    it(
        "becomes another image by one `up`: pulled while the old one serves, then restarted one host after the " +
            "other",
        async () => {
            await stack.configure(fromImage(registry!.byDigest(newer)));
            const seen = await observedDuring(async () => {
                assert.match((await stack.up()).output, /ha-api-nginx: restart/);
                await seconds(1);
            });
            figure("another image", JSON.stringify(seen));
            assert.ok(seen.requests > 50, JSON.stringify(seen));
            assert.ok(seen.longestGap < 1500, JSON.stringify(seen));
            // Whose turn comes first may have been the master, and be it again.
            await waitForSingleMaster();
            for (const machine of existingMachines)
                assert.equal(await version(machine.address, "podman"), newer.version);
            await answersAtVip();
        },
    );

    itBeforeRelease("rotates its logs", async () => {
        const master = await waitForSingleMaster();
        await onHost(master.address, "sudo logrotate --force /etc/logrotate.d/ha-api-nginx");
        await answersAtVip();
        await seconds(0.5);
        assert.match(
            await onHost(
                master.address,
                "sudo tail -n 1 /var/log/ha-api-nginx/kube-api.access.log; ls /var/log/ha-api-nginx",
            ),
            / -> \S+:6443 200 .*[^]*kube-api\.access\.log\.1/,
        );
    });

    it("tells its numbers at each host's own address, to those that were named", async () => {
        await stack.configure({ ...fromImage(registry!.byDigest(newer)), metrics });
        await stack.up();
        await tellsNumbers();
    });

    itBeforeRelease("answers at an IPv6 VIP too, in front of servers of both families", async () => {
        await stack.configure({
            ...fromImage(registry!.byDigest(newer)),
            vip6: `${address6(100)}/64`,
            apiServers: [address(51), address6(52)],
            hosts: existingMachines.map(({ name, address: own }) => ({
                name,
                address: own,
                address6: address6Of(instance, own),
            })),
        });
        await stack.up();
        await answersAtVip();
        assert.equal(await answerTo(`https://[${address6(100)}]:6443/readyz`), "ok");
    });

    itBeforeRelease("is run by Docker instead by one `up`, and tells its numbers still", async () => {
        await stack.configure({ ...fromImage(registry!.byDigest(newer), "docker"), metrics });
        await stack.up();
        await answersAtVip();
        await tellsNumbers();
        for (const machine of existingMachines) {
            assert.equal(await version(machine.address, "docker"), newer.version);
            assert.equal(
                await onHost(machine.address, "sudo podman ps --all --quiet"),
                "",
                "no container of Podman's is left",
            );
        }
        await stack.up("--expect-no-changes");
    });

    it("gives way to the distribution's nginx by one `up`", async () => {
        const { nginx: _container, ...rest } = config;
        await stack.configure(rest);
        await stack.up();
        await answersAtVip();
        for (const machine of existingMachines) {
            assert.equal(
                await onHost(
                    machine.address,
                    "systemctl is-active nginx ha-api-nginx; sudo docker ps --all --quiet; ls " +
                        "/etc/ha-api/nginx.conf /etc/systemd/system/ha-api-nginx.service 2> /dev/null; true",
                ),
                "active\ninactive",
            );
        }
    });

    it("leaves nothing behind, but the engine where its owner has made a container with it", async () => {
        await stack.configure(fromImage(registry!.byDigest(older), "docker"));
        await stack.up();
        const [empty, used] = existingMachines as [(typeof existingMachines)[0], (typeof existingMachines)[0]];
        await onHost(used.address, `sudo docker create --name owners --network host ${registry!.byDigest(older)}`);
        const { output } = await stack.must("destroy", "--yes", "--skip-preview");
        assert.deepEqual(await vipMasters(), []);
        assert.deepEqual(differences(found.get(empty.name)!, await snapshot(empty.address)), [], empty.name);
        assert.match(
            output,
            new RegExp(`${used.name}: left installed, because it has a container that is not ours: docker\\.io`),
        );
        assert.equal(
            await onHost(
                used.address,
                "sudo docker ps --all --format '{{.Names}}'; systemctl is-enabled docker; command -v podman; true",
            ),
            "owners\nenabled",
        );
    });

    function container(image: string, runtime = "podman"): object {
        return { source: "container", container: { image, runtime } };
    }

    function fromImage(image: string, runtime = "podman"): StackConfig {
        return { ...config, nginx: container(image, runtime) };
    }
});

/** As an administrator makes a host trust a private registry. */
async function trust(host: string, registry: string): Promise<void> {
    const certificate = (await readFile(keys(instance).caCertificate)).toString("base64");
    for (const engine of ["containers", "docker"]) {
        const folder = `/etc/${engine}/certs.d/${registry}`;
        await onHost(
            host,
            `sudo mkdir -p ${folder}; echo ${certificate} | base64 -d | sudo tee ${folder}/ca.crt > /dev/null`,
        );
    }
}

function onBoth(command: string): Promise<string[]> {
    return Promise.all(existingMachines.map((machine) => onHost(machine.address, command)));
}

/** The container's nginx itself, to this machine and not to the client, and the watcher what it sees of it. */
async function tellsNumbers(): Promise<void> {
    for (const { address: host } of existingMachines) {
        const url = `http://${host}:8405/stub_status`;
        assert.match(await (await fetch(url)).text(), /^Active connections: \d/);
        const command = ["curl", "-s", "-o", "/dev/null", "--max-time", "5", "-w", "%{http_code}", url];
        assert.equal(await inNamespace(instance.client.namespace, command), "403");
        const deadline = Date.now() + 20_000;
        const exported = async (): Promise<string> => (await fetch(`http://${host}:9100/metrics`)).text();
        while (!/^ha_api_proxy_up 1$/m.test(await exported())) {
            assert.ok(Date.now() < deadline, `${host} does not show ha_api_proxy_up 1`);
            await seconds(1);
        }
    }
}

async function version(host: string, runtime: string): Promise<string> {
    return (await onHost(host, `sudo ${runtime} exec ha-api-nginx nginx -v 2>&1`)).replace(/.*nginx\//s, "");
}

function figure(what: string, value: string): void {
    say(`      ${what}: ${value}`);
}
