/**
 * A stack that an earlier version deployed is brought to this one by `pulumi up`: no VM is replaced or power-cycled,
 * and no request fails.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { keys } from "../../../proving-ground/lab/pki";
import { projectFolder } from "../../../tools/cache";
import { instance, needsLab } from "../machines/support";
import {
    existingMachines,
    mixedVirtualMachines,
    waitForSingleMaster,
    seconds,
    observedDuring,
    Stack,
    type StackConfig,
    startExistingMachines,
    stopExistingMachines,
    twoExistingMachines,
} from "./support";

const bash = (script: string, ...args: string[]) =>
    promisify(execFile)("bash", ["-euo", "pipefail", "-c", script, "bash", ...args], { cwd: projectFolder });

/** Versions from which one may upgrade. */
const VERSIONS = [{ version: "0.1.0", commit: "af8a78b" }];

interface Deployed {
    title: string;
    config: () => StackConfig;
    existing?: true;
}

const STACKS: Deployed[] = [
    { title: "VMs with nginx", config: mixedVirtualMachines },
    {
        title: "existing machines with HAProxy",
        config: () => ({ ...twoExistingMachines(), engine: "haproxy" }),
        existing: true,
    },
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

for (const { version, commit } of VERSIONS) {
    describe(`an upgrade from the version ${version}`, function () {
        this.timeout(600_000);
        this.bail(true);
        let earlier: string;

        before(async function () {
            await needsLab(this);
            earlier = await mkdtemp(join(tmpdir(), "ha-api-earlier-"));
            // A clone without history has no earlier version.
            await bash('git archive "$1" | tar -x -C "$2"', commit, earlier);
            await symlink(join(projectFolder, "node_modules"), join(earlier, "node_modules"));
        });
        after(() => rm(earlier, { recursive: true, force: true }));

        for (const { title, config, existing } of STACKS) {
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
                    await waitForSingleMaster();
                    const before = await idsOf(stack);
                    await stack.deployFrom(projectFolder);
                    let output = "";
                    const seen = await observedDuring(async () => {
                        await seconds(1);
                        ({ output } = await stack.up());
                        await seconds(2);
                    });
                    assert.ok(seen.requests > 40, `the client was too slow to tell: ${JSON.stringify(seen)}`);
                    assert.equal(seen.failed, 0, `${JSON.stringify(seen)}\n${output}`);
                    assert.deepEqual(await idsOf(stack), before);
                    await waitForSingleMaster();
                });

                it("is complete with that: the next run changes nothing", async () => {
                    assert.match((await stack.up()).output, /Resources:\n +\d+ unchanged\n/);
                });
            });
        }
    });
}
