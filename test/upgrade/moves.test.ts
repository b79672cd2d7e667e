/**
 * Stacks of this repository's program that another program takes over, under other names and parents, as
 * docs/operations.md says: the real engine previews them on the recorded states, and nothing is made again.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureToolchain } from "../../proving-ground/toolchain";
import { projectFolder } from "../../tools/cache";
import { theBlock } from "../docs/blocks";
import { type Expectation, judge } from "./judge";
import { recorded, RecordedStack } from "./recordedStack";
import { key, STACK, TOKEN } from "./stacks";

const { version } = JSON.parse(readFileSync(join(projectFolder, "package.json"), "utf8")) as { version: string };
const source = (path: string): string => JSON.stringify(join(projectFolder, path));

/** The column of code in the table of docs/operations.md, by what has changed. */
function aliases(change: string): string {
    const page = readFileSync(join(projectFolder, "docs", "operations.md"), "utf8");
    const [, code] = new RegExp(`^\\| ${change} \\| \`(aliases: .*)\` \\|$`, "m").exec(page) ?? [];
    assert.ok(code !== undefined, `the table has no row "${change}"`);
    return code;
}

/** With the same settings as the recorded stack, read as this repository's program reads them. */
const program = (name: string, options: string): string => `
    import * as pulumi from "@pulumi/pulumi";
    import { HaApiLoadBalancer } from "ha-api-load-balancer";
    import { proxmoxProvider } from ${source("stack/proxmoxProvider")};
    import { readSettings } from ${source("stack/settings")};
    class Site extends pulumi.ComponentResource {
        constructor(name: string) {
            super("example:index:Site", name);
        }
    }
    const { loadBalancer, proxmox } = readSettings();
    const provider = proxmoxProvider(proxmox);
    new HaApiLoadBalancer("${name}", loadBalancer, { ...(provider && { provider }), ${options} });
`;

describe("a stack that another program takes over", function () {
    this.timeout(120_000);
    let folder: string;

    before(async function () {
        this.timeout(600_000);
        await ensureToolchain();
        folder = await mkdtemp(join(tmpdir(), "ha-api-moves-"));
    });
    after(() => rm(folder, { recursive: true, force: true }));

    /** The recorded stack, in a folder for a program. */
    async function site(stack: string, name: string): Promise<RecordedStack> {
        const own = await RecordedStack.create(folder, name, version, stack);
        await symlink(join(projectFolder, "node_modules"), join(own.folder, "node_modules"));
        return own;
    }

    async function useProgram(own: string, text: string): Promise<void> {
        await writeFile(join(own, "index.cjs"), 'require("tsx/cjs"); module.exports = require("./program.ts");\n');
        await writeFile(
            join(own, "program.ts"),
            text.replaceAll('"ha-api-load-balancer"', source("components/index.ts")),
        );
        const project = await readFile(join(own, "Pulumi.yaml"), "utf8");
        await writeFile(join(own, "Pulumi.yaml"), project.replace(/^main: .*$/m, "main: index.cjs"));
    }

    /** What a preview would do that is not expected; then the stack is removed. */
    async function unlisted(own: RecordedStack, stack: string, more: Expectation[] = []): Promise<unknown> {
        const expected = [...recorded<Expectation[]>(version, "expected.json"), ...more];
        return judge((await own.previewed()).steps, stack, expected).unlisted;
    }

    /** The program's folder, with what it reads by `pulumi.Config`, in place of this repository's settings. */
    async function configure(own: string, project: string, config: Record<string, string>): Promise<void> {
        const file = await readFile(join(own, "Pulumi.yaml"), "utf8");
        const [runtime] = /^runtime:.*\n(?: .*\n)*/m.exec(file)!;
        await writeFile(join(own, "Pulumi.yaml"), `name: ${project}\n${runtime}main: index.cjs\n`);
        const keys = Object.entries(config).map(([name, value]): [string, string] => [`${project}:${name}`, value]);
        await writeFile(join(own, `Pulumi.${STACK}.yaml`), JSON.stringify({ config: Object.fromEntries(keys) }));
    }

    it("stays as it is under the program of docs/own-program.md, in a project of another name", async () => {
        const text = theBlock(join("docs", "own-program.md"), "ts", "program")
            .text.replace("apiToken:", "insecure: true, apiToken:")
            .replace('node: "pve1" } }', 'node: "pve1", vmId: 101 } }')
            .replace('node: "pve2" } }', 'node: "pve2", vmId: 102 } }')
            .replace("virtualMachines:", "verify: false, virtualMachines:");
        const own = await site("virtual-machines", "page");
        const renamed = theBlock(join("docs", "operations.md"), "sh", "site", "pulumi stack rename").text;
        const [, words, project] = /^pulumi (stack rename organization\/([^/]+)\/)prod /m.exec(renamed)!;
        await own.pulumi(...`${words}${STACK}`.split(" "), "--stack", STACK);
        await useProgram(own.folder, text);
        const [sshPrivateKey, sshPublicKey] = await Promise.all(
            ["ssh", "ssh.pub"].map((name) => readFile(key(name), "utf8")),
        );
        await configure(own.folder, project!, {
            proxmoxApiToken: TOKEN,
            sshPrivateKey: sshPrivateKey!,
            sshPublicKey: sshPublicKey!.trim(),
        });
        assert.deepEqual(await unlisted(own, "virtual-machines"), []);
    });

    const around = { op: "create", resources: "site", why: "The component around it is new." };
    // The programs on a host remember whose it is. They run, and change nothing else but what this version changes.
    const owner = [
        { op: "update", resources: "api-*-packages", properties: ["create", "delete", "stdin"] },
        { op: "update", resources: "api-*-configuration", properties: ["create", "delete", "stdin"] },
    ].map((each): Expectation => ({ ...each, why: "The name of its owner is another." }));

    const moves: [stack: string, change: string, name: string, parent: string, expected: Expectation[]][] = [
        ["virtual-machines", "a component of yours around it", "kube-api", 'parent: new Site("site"), ', [around]],
        ["virtual-machines", "both", "api", 'parent: new Site("site"), ', [around, ...owner]],
        ["layer7", "another name", "api", "", owner],
    ];
    for (const [stack, change, name, parent, expected] of moves)
        it(`keeps what it had: ${stack}, ${change}`, async () => {
            const own = await site(stack, `${stack}-${name}`);
            await useProgram(own.folder, program(name, `${parent}${aliases(change)}`));
            assert.deepEqual(await unlisted(own, stack, expected), []);
        });
});
