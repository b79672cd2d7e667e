/**
 * The component as other programs get it: the built npm package, imported by name from a program with a package.json of
 * its own.
 */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ensureToolchain } from "../../proving-ground/toolchain";
import { projectFolder } from "../../tools/cache";
import { outcomeOf } from "../components/programs";

const example = join(projectFolder, "examples", "own-stack");
const tsc = join(projectFolder, "node_modules", "typescript", "bin", "tsc");

interface Step {
    op: string;
    urn: string;
}

describe("the npm package, in a program of its own", function () {
    this.timeout(120_000);
    let environment: Record<string, string>;
    let folder: string;

    before(async function () {
        this.timeout(600_000);
        folder = await mkdtemp(join(tmpdir(), "ha-api-example-"));
        await npm(projectFolder, "run", "build");
        // Nothing to fetch: the package is a link to this checkout.
        await npm(
            example,
            "install",
            "--offline",
            "--install-links=false",
            "--ignore-scripts",
            "--no-package-lock",
            "--no-audit",
            "--no-fund",
        );
        environment = {
            ...(await ensureToolchain()).environment,
            PULUMI_BACKEND_URL: `file://${folder}`,
            PULUMI_CONFIG_PASSPHRASE: "example",
            PULUMI_STACK: "test-example",
        };
    });
    after(async () => {
        await rm(folder, { recursive: true, force: true });
        await rm(join(example, "Pulumi.test-example.yaml"), { force: true });
    });

    /** Runs `pulumi ARGS` in the example's folder and returns its standard output. */
    async function pulumi(args: string[], input = ""): Promise<string> {
        const running = promisify(execFile)("pulumi", [...args, "--non-interactive"], {
            cwd: example,
            env: { ...process.env, ...environment },
            maxBuffer: 64 * 1024 * 1024,
        });
        running.child.stdin?.end(input);
        return (await running).stdout;
    }

    it("makes the component and the eight commands of its two hosts, in a preview", async () => {
        const { privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
        await pulumi(["stack", "init", "test-example"]);
        await pulumi(
            ["config", "set", "--secret", "sshPrivateKey"],
            privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
        );
        const { steps } = JSON.parse(await pulumi(["preview", "--json"])) as { steps: Step[] };
        const created = steps
            .filter(({ op }) => op === "create")
            .map(({ urn }) => urn.replace(/^.*\$|^urn:pulumi:[^:]+::[^:]+::/, ""));
        const commands = ["vrrp1", "vrrp2"].flatMap((host) =>
            ["configuration", "packages", "ready", "revision"].map((step) => `kube-api-${host}-${step}`),
        );
        assert.deepEqual(
            created.sort(),
            [
                ...commands.map((name) => `command:remote:Command::${name}`),
                "ha-api-load-balancer:index:HaApiLoadBalancer::kube-api",
                "pulumi:pulumi:Stack::own-stack-test-example",
            ].sort(),
        );
    });

    it("shows its types: the program passes the compiler, and a misspelt property does not", async () => {
        assert.deepEqual(outcomeOf(process.execPath, [tsc, "--project", example]), { status: 0, output: "" });
        const text = await readFile(join(example, "index.ts"), "utf8");
        const mistaken = join(example, "mistaken.test-example.ts");
        const settings = join(example, "tsconfig.test-example.json");
        try {
            await writeFile(mistaken, text.replace("apiServers:", "apiServer:"));
            await writeFile(
                settings,
                JSON.stringify({ extends: "./tsconfig.json", include: ["mistaken.test-example.ts"] }),
            );
            const { status, output } = outcomeOf(process.execPath, [tsc, "--project", settings]);
            assert.notEqual(status, 0);
            assert.match(
                output,
                /mistaken\.test-example\.ts\(\d+,\d+\): error TS2561: .*'apiServer' does not exist in type 'HaApiLoadBalancerArgs'/,
            );
        } finally {
            for (const file of [mistaken, settings]) await rm(file, { force: true });
        }
    });

    it("holds the programs that run on the hosts", async () => {
        const programs = (await readdir(join(projectFolder, "components/host"), { recursive: true }))
            .filter((name) => /\.(sh|pl|pm)$/.test(name))
            .map((name) => `dist/components/host/${name}`);
        assert.ok(programs.length > 20, "it looked in the right folder");
        for (const name of await readdir(join(projectFolder, "cli/drill/programs")))
            programs.push(`dist/cli/drill/programs/${name}`);
        const [packed] = JSON.parse(await npm(projectFolder, "pack", "--dry-run", "--json", "--ignore-scripts")) as {
            files: { path: string }[];
        }[];
        const files = packed!.files.map(({ path }) => path);
        assert.deepEqual(
            programs.filter((program) => !files.includes(program)),
            [],
        );
        // And nothing of the proving ground.
        const wanted =
            /^(dist\/(components|cli|policy|shared|tools)\/.+\.(js|js\.map|d\.ts|sh|pl|pm)|package\.json|(README|CHANGELOG)\.md|LICENSE)$/;
        assert.deepEqual(
            files.filter((path) => !wanted.test(path)),
            [],
        );
        for (const path of ["components/index.js", "components/index.d.ts", "cli/main.js", "policy/index.js"])
            assert.ok(files.includes(`dist/${path}`), path);
        for (const path of ["CHANGELOG.md", "LICENSE"]) assert.ok(files.includes(path), path);
    });
});

async function npm(cwd: string, ...args: string[]): Promise<string> {
    const { stdout } = await promisify(execFile)("npm", args, { cwd });
    return stdout;
}
