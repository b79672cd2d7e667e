/**
 * What the real engine makes of a verification that fails: the outputs, the exit status, and what it keeps no one from
 * doing. No machine is needed.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFolder } from "../../tools/cache";
import { ensureToolchain } from "../../proving-ground/toolchain";

/**
 * A component whose one step stands for all hosts, and the project's verification, which sees healthy hosts when
 * HEALTHY is yes.
 */
const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { verification } from "${projectFolder}/components/resources/verification";
import { allHealthy, deployment } from "${projectFolder}/test/components/inspection/samples";
const inspect = (plain: ReturnType<typeof deployment>) => Promise.resolve(process.env.HEALTHY === "yes" ? allHealthy(plain)
    : [allHealthy(plain)[1]!, { host: "vrrp1", problem: "vrrp1 is switched off", transient: false, took: 1 }]);
const effects = {
    inspect,
    now: () => Date.now(),
    sleep: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
    info: (message: string, resource: pulumi.Resource) => pulumi.log.info(message, resource),
    warn: (message: string, resource: pulumi.Resource) => pulumi.log.warn(message, resource),
};
class Pair extends pulumi.ComponentResource {
    constructor(name: string) {
        super("test:index:Pair", name, {});
        const step = new random.RandomId("step", { byteLength: 4, keepers: { generation: process.env.GENERATION! } }, { parent: this });
        this.files = step.keepers.apply((keepers) => keepers!.generation!);
        this.verification = verification(name, {
            deployment: pulumi.output(deployment()), enabled: pulumi.output(true), privateKey: pulumi.secret("KEY"), after: [step.hex],
        }, this, effects);
        this.registerOutputs({ files: this.files, verification: this.verification });
    }
    files: pulumi.Output<string>;
    verification: pulumi.Output<string[]>;
}
const pair = new Pair("pair");
export const files = pair.files;
export const verified = pair.verification;
`;

describe("a verification that fails, on the real engine", function () {
    this.timeout(120_000);
    let folder: string;
    let environment: Record<string, string>;

    before(async function () {
        this.timeout(1_200_000);
        folder = await mkdtemp(join(tmpdir(), "ha-api-verification-"));
        environment = {
            ...(await ensureToolchain()).environment,
            PULUMI_BACKEND_URL: `file://${folder}`,
            PULUMI_CONFIG_PASSPHRASE: "test",
            PULUMI_STACK: "test-outcome",
        };
        await symlink(join(projectFolder, "node_modules"), join(folder, "node_modules"));
        await Promise.all(
            Object.entries({
                "Pulumi.yaml":
                    "name: outcome\nmain: program.cjs\nruntime: {name: nodejs, options: {typescript: false}}\n",
                "package.json": "{}",
                "program.cjs": 'require("tsx/cjs");\nmodule.exports = require("./index.ts");\n',
                "index.ts": PROGRAM,
            }).map(([name, text]) => writeFile(join(folder, name), text)),
        );
        await pulumi({}, "stack", "init", "test-outcome");
    });
    after(() => rm(folder, { recursive: true, force: true }));

    function pulumi(
        how: { healthy?: boolean; generation?: number },
        ...args: string[]
    ): Promise<{ status: number; output: string }> {
        const env = {
            ...process.env,
            ...environment,
            HEALTHY: how.healthy === true ? "yes" : "no",
            GENERATION: String(how.generation ?? 1),
        };
        return new Promise((resolve) =>
            execFile(
                "pulumi",
                [...args, "--non-interactive", "--color", "never"],
                { cwd: folder, env },
                (error, stdout, stderr) => {
                    resolve({ status: error === null ? 0 : Number(error.code), output: stdout + stderr });
                },
            ),
        );
    }
    const up = (healthy: boolean, generation: number, ...more: string[]) =>
        pulumi({ healthy, generation }, "up", "--yes", "--skip-preview", ...more);
    const outputOf = async (name: string): Promise<string> => (await pulumi({}, "stack", "output", name)).output.trim();

    it("fails the first up, with what was seen, and every output is saved", async () => {
        const { status, output } = await up(false, 1);
        assert.notEqual(status, 0);
        assert.match(output, /Check failed: every host can be inspected by SSH\n +vrrp1 is switched off\n/);
        assert.doesNotMatch(output, /KEY/);
        assert.equal(await outputOf("files"), "1");
        assert.match(await outputOf("verified"), /exactly one host holds/);
    });

    it("fails a later up, whose outputs are those of what was deployed then", async () => {
        assert.equal((await up(true, 1)).status, 0);
        assert.notEqual((await up(false, 2)).status, 0);
        assert.equal(await outputOf("files"), "2");
    });

    it(
        "fails an up that changes nothing; one that passes is unchanged, and nothing of the failure is left in " +
            "the state",
        async () => {
            const { status, output } = await up(false, 2);
            assert.notEqual(status, 0);
            assert.match(output, /3 unchanged/);
            const second = await up(true, 2, "--expect-no-changes");
            assert.equal(second.status, 0, second.output);
            assert.match(second.output, /Verified: vrrp2 holds/);
            assert.match(second.output, /Resources:\n +3 unchanged\n/);
            assert.doesNotMatch(
                (await pulumi({}, "stack", "export")).output,
                /pair-verification|"pending_operations": \[/,
            );
        },
    );

    it("stops neither refresh nor destroy that run the program, and is a warning there", async () => {
        const refresh = await pulumi({ generation: 2 }, "refresh", "--run-program", "--yes", "--skip-preview");
        assert.equal(refresh.status, 0, refresh.output);
        assert.match(refresh.output, /warning: The hosts were configured, but verification failed/);
        const destroy = await pulumi({ generation: 2 }, "destroy", "--run-program", "--yes", "--skip-preview");
        assert.equal(destroy.status, 0, destroy.output);
        assert.match(destroy.output, /warning: [\s\S]*vrrp1 is switched off[\s\S]* - +3 deleted/);
    });
});
