/**
 * A stack that an earlier version deployed is brought to this one by `pulumi up`: no VM is replaced or power-cycled,
 * and no request fails. One of the stacks is that of a program of one's own, which installs the packages of both
 * versions, and goes back to the earlier one too.
 */
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { STATE } from "../../components/host/paths";
import { keys } from "../../proving-ground/lab/pki";
import { projectFolder } from "../../tools/cache";
import { copyCheckout } from "../docs/ownPrograms";
import { checkOut, linkPackages, OUTPUTS, packed, VERSIONS } from "../upgrade/versions";
import { instance, needsLab } from "../lab/machines/support";
import { makeProgram, usePackage } from "../lab/stack/ownProgram";
import {
    answersAtVip,
    existingMachines,
    mixedVirtualMachines,
    onHost,
    waitForSingleMaster,
    seconds,
    observedDuring,
    Stack,
    type StackConfig,
    startExistingMachines,
    stopExistingMachines,
    twoExistingMachines,
} from "../lab/stack/support";

interface Site {
    title: string;
    config: () => StackConfig;
    existing?: true;
}

/** Deployed by the project's own program, from a checkout. */
const SITES: Site[] = [
    { title: "VMs with nginx", config: mixedVirtualMachines },
    { title: "existing machines with TLS termination", config: layer7, existing: true },
];

/** With a certificate that is made in the stack: its key and the certificate must stay too. */
function layer7(): StackConfig {
    const { authority, caCertificate } = keys(instance);
    return {
        ...twoExistingMachines(),
        layer: 7,
        clusterCertificateAuthorityFile: caCertificate,
        tls: { issuer: { certificateFile: `${authority}.crt`, privateKeyFile: `${authority}.key` } },
    };
}

/** Ids that a replacement would change. */
async function idsOf(stack: Stack): Promise<Record<string, string>> {
    const { deployment } = JSON.parse(await stack.state()) as {
        deployment: { resources: { urn: string; type: string; id?: string }[] };
    };
    return Object.fromEntries(
        deployment.resources.filter(({ type }) => /Vm|Command|^tls:/.test(type)).map(({ urn, id }) => [urn, id ?? ""]),
    );
}

/** Runs `up` while a client asks through the VIP. */
async function upUnnoticed(stack: Stack): Promise<void> {
    await waitForSingleMaster();
    const before = await idsOf(stack);
    let output = "";
    const seen = await observedDuring(async () => {
        await seconds(1);
        ({ output } = await stack.up());
        await seconds(2);
    });
    assert.ok(seen.requests > 40, `the client was too slow to tell: ${JSON.stringify(seen)}`);
    assert.equal(seen.failed, 0, `${JSON.stringify(seen)}\n${output}`);
    assert.match(output, /^ +~ .* updated/m, `the versions differ:\n${output}`);
    assert.deepEqual(await idsOf(stack), before);
    await waitForSingleMaster();
}

const upChangesNothing = async (stack: Stack): Promise<void> =>
    assert.match((await stack.up()).output, /Resources:\n +\d+ unchanged\n/);

for (const released of VERSIONS) {
    describe(`an upgrade from the version ${released.version}`, function () {
        this.timeout(600_000);
        this.bail(true);
        let folder: string;
        let earlier: string;

        before(async function () {
            await needsLab(this);
            folder = await mkdtemp(join(tmpdir(), "ha-api-upgrade-"));
            earlier = join(folder, "earlier");
            await checkOut(released, earlier);
        });
        after(() => rm(folder, { recursive: true, force: true }));

        for (const { title, config, existing } of SITES) {
            describe(title, () => {
                let stack: Stack;

                before(async () => {
                    if (existing) await startExistingMachines(existingMachines);
                    stack = new Stack("test-upgrade", earlier);
                    await stack.create(config());
                    await stack.up();
                });
                after(async () => {
                    await stack.remove();
                    if (existing) await stopExistingMachines(existingMachines);
                });

                it("replaces no machine and no step, and fails no request", async () => {
                    await stack.deployFrom(projectFolder);
                    await upUnnoticed(stack);
                });

                it("is complete with that: the next run changes nothing", () => upChangesNothing(stack));
            });
        }

        describe("a program of one's own with HAProxy on existing machines, by packages from files", () => {
            let stack: Stack;
            let use: Record<"earlier" | "present", (more?: StackConfig) => Promise<void>>;

            before(async () => {
                const present = join(folder, "present");
                const program = join(folder, "program");
                const args: StackConfig = { ...twoExistingMachines(), engine: "haproxy" };
                await startExistingMachines(existingMachines);
                await copyCheckout(present);
                await linkPackages(present);
                const files = { earlier: await packed(earlier), present: await packed(present) };
                use = {
                    earlier: () => usePackage(program, files.earlier, args, released.outputs),
                    present: (more = {}) => usePackage(program, files.present, { ...args, ...more }, OUTPUTS),
                };
                await makeProgram(program);
                await use.earlier();
                stack = new Stack("test-upgrade", program);
                await stack.create({});
                await stack.up();
            });
            after(async () => {
                await stack.remove();
                await stopExistingMachines(existingMachines);
            });

            it("replaces no step, and fails no request", async () => {
                await use.present();
                await upUnnoticed(stack);
                await upChangesNothing(stack);
            });

            it("goes back by the former package, and fails no request either", async () => {
                await use.earlier();
                await upUnnoticed(stack);
                await upChangesNothing(stack);
            });

            it("leaves hosts of a newer layout alone, and the way back that it prints is one", async () => {
                await use.present();
                await stack.up();
                for (const { address } of existingMachines)
                    await onHost(address, `echo 999 | sudo tee ${STATE}/layout > /dev/null`);
                await use.present({ repairTrigger: "once" });
                const { status, output } = await stack.pulumi("up", "--yes", "--skip-preview");
                assert.notEqual(status, 0, output);
                assert.match(output, /a newer version of HaApiLoadBalancer has set this host up: .* says '999'/);
                assert.match(output, /run pulumi destroy with the newer one first, then pulumi up with this one/);
                await answersAtVip();
                await stack.must("destroy", "--yes", "--skip-preview");
                await stack.up();
                await answersAtVip();
            });
        });
    });
}
