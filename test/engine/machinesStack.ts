/** The stack of machinesAlone.ts against a fake Proxmox without machines, driven by the real engine and provider. */
import assert from "node:assert/strict";
import { type ChildProcess, execFile } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Inputs } from "../../components/model/inputs";
import { ensureToolchain } from "../../proving-ground/toolchain";
import { projectFolder } from "../../tools/cache";
import { FakeProxmoxServer, TOKEN } from "../lab/proxmox/fakeProxmoxServer";

const PROGRAM = `module.exports = () =>
    require(${JSON.stringify(join(projectFolder, "tools/bundle.cjs"))}).loaded("test/engine/machinesAlone.ts", module);
`;

export const UP = ["up", "--yes", "--skip-preview"];
export const DESTROY = ["destroy", "--yes", "--skip-preview"];

export interface Ended {
    status: number;
    /** Standard output and error together, as a user sees them. */
    output: string;
}

export class MachinesStack {
    private constructor(
        readonly proxmox: FakeProxmoxServer,
        private readonly folder: string,
        private readonly environment: Record<string, string>,
    ) {}

    /** The provider comes with the first of `tokens`, or as root. */
    static async create(
        more: Partial<Pick<FakeProxmoxServer, "version" | "commands" | "tokens">> = {},
    ): Promise<MachinesStack> {
        const [proxmox, { environment }] = await Promise.all([FakeProxmoxServer.start(more), ensureToolchain()]);
        const folder = await mkdtemp(join(tmpdir(), "ha-api-machines-"));
        await writeFile(
            join(folder, "Pulumi.yaml"),
            "name: ha-api\nruntime: {name: nodejs, options: {typescript: false}}\nmain: program.cjs\n",
        );
        await writeFile(join(folder, "program.cjs"), PROGRAM);
        await writeFile(join(folder, "package.json"), "{}");
        await symlink(join(projectFolder, "node_modules"), join(folder, "node_modules"));
        const stack = new MachinesStack(proxmox, folder, {
            ...environment,
            NODE_OPTIONS: `--require=${join(projectFolder, "tools/quickStart.cjs")}`,
            PULUMI_BACKEND_URL: `file://${folder}`,
            PULUMI_CONFIG_PASSPHRASE: "test",
            PULUMI_STACK: "test-machines",
            PROXMOX_VE_ENDPOINT: proxmox.endpoint,
            PROXMOX_VE_API_TOKEN: more.tokens?.[0] ?? TOKEN,
            PROXMOX_VE_INSECURE: "true",
        });
        await stack.must("stack", "init", "test-machines");
        return stack;
    }

    /** What the program makes from now on. */
    configure(inputs: Inputs): void {
        this.environment["MACHINES"] = JSON.stringify(inputs);
    }

    async pulumi(...args: string[]): Promise<Ended> {
        return this.begin(...args).ended;
    }

    /** The same, under way. */
    begin(...args: string[]): { child: ChildProcess; ended: Promise<Ended> } {
        let child: ChildProcess | undefined;
        const ended = new Promise<Ended>((resolve) => {
            child = execFile(
                "pulumi",
                [...args, "--non-interactive", "--color", "never"],
                { cwd: this.folder, env: { ...process.env, ...this.environment }, maxBuffer: 64 * 1024 * 1024 },
                (error, stdout, stderr) =>
                    resolve({ status: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr }),
            );
        });
        return { child: child!, ended };
    }

    async must(...args: string[]): Promise<string> {
        const { status, output } = await this.pulumi(...args);
        assert.equal(status, 0, `pulumi ${args.join(" ")}:\n${output}`);
        return output;
    }

    /** Makes or changes it; neither a second run nor a refresh finds a difference then. Returns what `up` printed. */
    async up(inputs: Inputs): Promise<string> {
        this.configure(inputs);
        const output = await this.must(...UP);
        await this.must(...UP, "--expect-no-changes");
        await this.must("preview", "--expect-no-changes", "--refresh");
        return output;
    }

    /** Ids of all VMs that are no templates, on any node. */
    async machines(): Promise<number[]> {
        const all = await this.proxmox.data<{ vmid: number; template?: 0 | 1 }[]>("GET", "/cluster/resources", {
            type: "vm",
        });
        return all
            .filter(({ template }) => template !== 1)
            .map(({ vmid }) => vmid)
            .sort();
    }

    async stop(): Promise<void> {
        await this.proxmox.stop();
        await rm(this.folder, { recursive: true, force: true });
    }
}
