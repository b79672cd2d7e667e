/**
 * The policy pack as the engine runs it, in previews: `pulumi preview --policy-pack`. Nothing is contacted, and no
 * service is there.
 */
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { ensureToolchain } from "../../proving-ground/toolchain";
import { projectFolder } from "../../tools/cache";
import { stateWithVirtualMachines, type Step } from "./plannedState";
import { makePolicyHost, POLICY_RUNTIME } from "./policyHost";

const TOKEN = "root@pam!ci=01234567-89ab-cdef-0123-456789abcdef";

const SETTINGS = {
    vip: "10.30.100.100/24",
    apiServers: ["10.30.100.51", "10.30.100.52"],
    hosts: [
        { name: "vrrp1", address: "10.30.100.101", virtualMachine: { node: "pve1" } },
        { name: "vrrp2", address: "10.30.100.102", virtualMachine: { node: "pve2" } },
    ],
    virtualMachines: { template: { vmId: 9000, node: "pve1" }, gateway: "10.30.100.1" },
    proxmox: { endpoint: "https://pve1.example.com:8006" },
};

describe("the policy pack, run by pulumi preview", function () {
    this.timeout(120_000);
    let environment: Record<string, string>;
    let folder: string;
    let pack: string;
    const key = () => join(folder, "key");

    before(async function () {
        this.timeout(600_000);
        folder = await mkdtemp(join(tmpdir(), "ha-api-policy-"));
        const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
        await writeFile(key(), privateKey.export({ type: "pkcs8", format: "pem" }));
        await writeFile(`${key()}.pub`, `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)}\n`);
        environment = {
            ...(await ensureToolchain()).environment,
            PULUMI_BACKEND_URL: `file://${folder}`,
            PULUMI_CONFIG_PASSPHRASE: "policy",
            PROXMOX_VE_API_TOKEN: TOKEN,
        };
        pack = await startablePack();
    });
    after(() => rm(folder, { recursive: true, force: true }));

    async function startablePack(): Promise<string> {
        const [at, bin] = [join(folder, "pack"), join(folder, "bin")];
        for (const each of [at, bin]) await mkdir(each);
        await writeFile(join(at, "PulumiPolicy.yaml"), `runtime: ${POLICY_RUNTIME}\n`);
        await makePolicyHost(bin, join(projectFolder, "policy"));
        environment["PATH"] = `${bin}:${environment["PATH"]}`;
        return at;
    }

    /** What pulumi says, and its exit status. */
    async function pulumi(cwd: string, ...args: string[]): Promise<{ output: string; status: number | undefined }> {
        const { execa } = await import("execa");
        const { all, exitCode } = await execa("pulumi", [...args, "--non-interactive", "--color", "never"], {
            cwd,
            env: environment,
            all: true,
            reject: false,
            stdin: "ignore",
        });
        return { output: all, status: exitCode };
    }

    /** A stack of this project's program with `over` in its settings; its folder. */
    async function site(stack: string, over: object = {}): Promise<string> {
        const at = join(folder, `site-${stack}`);
        await mkdir(at);
        const project = await readFile(join(projectFolder, "Pulumi.yaml"), "utf8");
        const main = relative(at, join(projectFolder, "program.cjs"));
        await writeFile(join(at, "Pulumi.yaml"), project.replace(/^main: .*$/m, `main: ${main}`));
        const settings = { ...SETTINGS, ssh: { privateKeyFile: key(), publicKeyFile: `${key()}.pub` }, ...over };
        const config = Object.fromEntries(Object.entries(settings).map(([name, value]) => [`ha-api:${name}`, value]));
        await writeFile(join(at, `Pulumi.${stack}.yaml`), JSON.stringify({ config }));
        const { output, status } = await pulumi(at, "stack", "init", stack);
        assert.equal(status, 0, output);
        return at;
    }

    async function preview(cwd: string, stack: string, policies?: object): Promise<Found> {
        const file = join(cwd, "policies.json");
        await writeFile(file, JSON.stringify(policies ?? {}));
        const config = policies === undefined ? [] : ["--policy-pack-config", file];
        const options = ["--stack", stack, "--suppress-outputs", "--policy-pack", pack, ...config];
        const { output, status } = await pulumi(cwd, "preview", ...options);
        assert.match(output, /Policies:\n\s+\S+ ha-api-load-balancer@v/, output);
        const lines = [...output.matchAll(/^\s+- \[(\w+)\]\s+(\S+)\s+\(.*: (\S+)\)$/gm)];
        return { output, status, found: lines.map(([, level, name, of]) => `${level} ${name} ${of}`).sort() };
    }

    interface Found {
        output: string;
        status: number | undefined;
        found: string[];
    }

    it("lets a stack pass that is as it should be", async () => {
        const { output, status, found } = await preview(await site("dev"), "dev");
        assert.deepEqual([status, found], [0, []], output);
    });

    it("refuses what is mandatory, warns of the rest, and says what to do; its configuration changes both", async () => {
        const at = await site("prod", {
            apiServers: ["10.30.100.51"],
            hosts: SETTINGS.hosts.map((host) => ({ ...host, virtualMachine: { node: "pve1" } })),
            vrrp: { profile: "fast" },
            proxmox: { ...SETTINGS.proxmox, insecure: true },
        });
        const refused = await preview(at, "prod");
        const machines = ["kube-api-vrrp1-vm", "kube-api-vrrp2-vm"];
        assert.deepEqual(
            refused.found,
            [
                "mandatory hosts-on-different-nodes kube-api",
                "mandatory secure-proxmox-endpoint proxmox",
                "advisory enough-api-servers kube-api",
                "advisory tolerant-vrrp-on-shared-nodes kube-api",
                ...machines.map((name) => `advisory protected-production-vms ${name}`),
            ].sort(),
            refused.output,
        );
        assert.notEqual(refused.status, 0);
        assert.match(refused.output, /vrrp1 and vrrp2 are on the node pve1.*Give one of them another node/);

        const allowed = await preview(at, "prod", {
            "hosts-on-different-nodes": { oneNodeAllowed: ["pve1"] },
            "secure-proxmox-endpoint": { insecureAllowed: [SETTINGS.proxmox.endpoint] },
            "enough-api-servers": { minimum: 1 },
            "tolerant-vrrp-on-shared-nodes": "disabled",
            "protected-production-vms": "mandatory",
        });
        assert.deepEqual(
            allowed.found,
            machines.map((name) => `mandatory protected-production-vms ${name}`),
            allowed.output,
        );
        assert.notEqual(allowed.status, 0);
    });

    it("lets VMs pass that virtualMachines.protection protects: no change deletes or replaces them", async () => {
        const stack = "eu-prod";
        const at = await site(stack, { virtualMachines: { ...SETTINGS.virtualMachines, protection: true } });
        const { output, found } = await preview(at, stack, { "protected-production-vms": "mandatory" });
        assert.deepEqual(found, [], output);

        const json = (await pulumi(at, "preview", "--stack", stack, "--json")).output;
        const { steps } = JSON.parse(json.slice(json.indexOf("{"))) as { steps: Step[] };
        await writeFile(join(at, "made.json"), stateWithVirtualMachines(steps));
        await pulumi(at, "stack", "import", "--stack", stack, "--file", "made.json");
        const destroyed = await pulumi(at, "destroy", "--stack", stack, "--preview-only");
        assert.match(destroyed.output, /kube-api-vrrp1-vm" cannot be deleted\s+because it is protected/);
        await pulumi(at, "config", "set", "--stack", stack, "--path", "virtualMachines.template.vmId", "9001");
        const replaced = await pulumi(at, "preview", "--stack", stack);
        assert.match(
            replaced.output,
            /unable to replace resource "\S+kube-api-vrrp1-vm"\s+as it is currently marked for protection/,
        );
    });

    it("finds a secret in plain text in any resource of a program, and no other", async () => {
        const at = join(folder, "program");
        await mkdir(at);
        await symlink(join(projectFolder, "node_modules"), join(at, "node_modules"));
        await writeFile(
            join(at, "Pulumi.yaml"),
            "name: other\nmain: main.cjs\nruntime: {name: nodejs, options: {typescript: false}}\n",
        );
        await writeFile(
            join(at, "main.cjs"),
            `const pulumi = require("@pulumi/pulumi");
            const { local } = require("@pulumi/command");
            const token = ${JSON.stringify(TOKEN)};
            new local.Command("open", { create: "true", environment: { TOKEN: token } });
            new local.Command("closed", { create: "true", environment: { TOKEN: pulumi.secret(token) } });\n`,
        );
        assert.equal((await pulumi(at, "stack", "init", "dev")).status, 0);
        const { output, status, found } = await preview(at, "dev");
        assert.deepEqual(found, ["mandatory no-plain-text-secrets open"], output);
        assert.match(output, /open: environment\.TOKEN holds a Proxmox API token in plain text/);
        assert.ok(!output.includes(TOKEN), "the token is not shown");
        assert.notEqual(status, 0);
    });

    it("finds a VRRP router id that another stack in the same backend has", async () => {
        const at = await site("third", { vip: "10.30.100.110/24", vrrp: { routerId: 77 } });
        const other = await site("second", { vrrp: { routerId: 77 } });
        // As `up` would leave it: what the preview would make.
        const { output } = await pulumi(other, "preview", "--stack", "second", "--json");
        const { steps } = JSON.parse(output.slice(output.indexOf("{"))) as {
            steps: { newState: Record<string, unknown> }[];
        };
        const resources = steps
            .map(({ newState }) => newState)
            .filter(({ type }) => /HaApiLoadBalancer$|Command$/.test(String(type)));
        const state = join(folder, "state.json");
        await writeFile(state, JSON.stringify({ version: 3, deployment: { manifest: {}, resources } }));
        const byFile = { "distinct-vrrp-router-ids": { states: [state] } };
        for (const policies of [byFile, undefined]) {
            // Into the backend, where the pack finds it by PULUMI_BACKEND_URL.
            if (policies === undefined) {
                const kept = { version: 3, checkpoint: { stack: "second", latest: { manifest: {}, resources } } };
                await writeFile(join(folder, ".pulumi/stacks/ha-api/second.json"), JSON.stringify(kept));
            }
            const refused = await preview(at, "third", policies);
            assert.deepEqual(refused.found, ["mandatory distinct-vrrp-router-ids kube-api"], refused.output);
            assert.match(refused.output, /VRRP router id 77 is that of kube-api of ha-api\/second too/);
            assert.notEqual(refused.status, 0);
        }
    });
});
