/**
 * The example existing-machines, by way of everything that leaves traces of its own: both engines, an address that is
 * not the host's own, nginx of another repository, more listeners. One machine is clean, the other has an nginx of its
 * owner's; destroy gives both back as they were found.
 */
import assert from "node:assert/strict";
import { itBeforeRelease } from "../../breadth";
import { needsLab } from "../machines/support";
import { NginxOrgRepository } from "./nginxOrgRepository";
import { differences, snapshot, type Snapshot } from "./snapshot";
import {
    address,
    answersAtVip,
    exampleStack,
    existingMachines as pair,
    ofOneRelease,
    onHost,
    Stack,
    type StackConfig,
    startExistingMachines,
    stopExistingMachines,
    vipMasters,
} from "./support";

// The repository has packages for one release.
const existingMachines = ofOneRelease(pair);
const [owned, clean] = existingMachines as [(typeof existingMachines)[0], (typeof existingMachines)[0]];

describe("machines that were several kinds of load balancer", function () {
    this.timeout(240_000);
    this.bail(true);
    const stack = new Stack("test-given-back");
    const repository = new NginxOrgRepository();
    const found = new Map<string, Snapshot>();
    let config: StackConfig;

    before(async function () {
        this.timeout(300_000);
        await needsLab(this);
        await startExistingMachines(existingMachines);
        await repository.start(clean.address);
        await onHost(
            owned.address,
            [
                "set -e; export DEBIAN_FRONTEND=noninteractive; sudo apt-get -q -y update > /dev/null; sudo " +
                    "-E apt-get -q -y install nginx > /dev/null 2>&1",
                "echo 'server { listen 8080; location / { return 200 owner; } }' | sudo tee " +
                    "/etc/nginx/conf.d/owner.conf > /dev/null; sudo systemctl restart nginx",
            ].join("; "),
            120_000,
        );
        for (const machine of existingMachines) found.set(machine.name, await snapshot(machine.address));
        // How the lab is logged in to is not the example's business.
        const example = exampleStack("existing-machines");
        config = example;
        await stack.create(config);
    });
    after(async () => {
        await stack.remove();
        await repository.stop();
        await stopExistingMachines(existingMachines);
    });

    const nginxOrg = (): StackConfig => ({
        nginx: {
            source: "nginx.org",
            channel: "mainline",
            repository: repository.address,
            signingKeyFingerprints: [repository.fingerprint],
        },
    });
    const another = (): StackConfig => ({
        listeners: [{ name: "supervisor", port: 9345, backends: [address(51)], backendPort: 6443 }],
    });
    /** Each leads from the one before, so that CI's way is another one than a release's. */
    const kinds: [what: string, over: () => StackConfig, service: string, declare: typeof itBeforeRelease][] = [
        ["nginx of the distribution, as the example has it", () => ({}), "nginx", it],
        [
            "nginx that listens on the VIP only, with another listener",
            () => ({ listenOn: "vip", ...another() }),
            "nginx",
            itBeforeRelease,
        ],
        ["HAProxy that listens on the VIP only", () => ({ engine: "haproxy", listenOn: "vip" }), "haproxy", it],
        ["HAProxy", () => ({ engine: "haproxy" }), "haproxy", itBeforeRelease],
        ["nginx of nginx.org", nginxOrg, "nginx", it],
        [
            "nginx of nginx.org that listens on the VIP only",
            () => ({ listenOn: "vip", ...nginxOrg() }),
            "nginx",
            itBeforeRelease,
        ],
    ];
    for (const [what, over, service, declare] of kinds) {
        declare(`are ${what}`, async () => {
            await stack.configure({ ...config, ...over() });
            await stack.up();
            await answersAtVip();
            for (const machine of existingMachines) {
                assert.equal(await onHost(machine.address, `systemctl is-active ${service}`), "active");
                assert.equal(await onHost(machine.address, "cat /proc/sys/net/ipv4/ip_nonlocal_bind"), "1");
            }
        });
    }

    it("are restored as they were found, the owner's nginx in service", async () => {
        await stack.must("destroy", "--yes", "--skip-preview");
        assert.deepEqual(await vipMasters(), []);
        for (const machine of existingMachines) {
            assert.deepEqual(differences(found.get(machine.name)!, await snapshot(machine.address)), [], machine.name);
        }
        assert.equal(
            await onHost(
                owned.address,
                "systemctl is-enabled nginx; systemctl is-active nginx; curl -sS http://127.0.0.1:8080/",
            ),
            "enabled\nactive\nowner",
        );
        for (const machine of existingMachines) await onHost(machine.address, "sudo apt-get -q -y update", 120_000);
    });

    itBeforeRelease("are also restored straight from a proxy that listens on the VIP only", async () => {
        await stack.configure({ ...config, listenOn: "vip", ...another() });
        await stack.up();
        await answersAtVip();
        await stack.must("destroy", "--yes", "--skip-preview");
        for (const machine of existingMachines) {
            assert.deepEqual(differences(found.get(machine.name)!, await snapshot(machine.address)), [], machine.name);
        }
    });
});
