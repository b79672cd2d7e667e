/** `npm run kubeconfig` with a pulumi that knows one stack; the real ones meet in test/lab/kubernetes. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { projectFolder } from "../../tools/cache";

const SECRET = "RECOGNISABLE";
const kubeconfig = (server: string): string =>
    `# kept\nclusters:\n- cluster:\n    server: ${server}\n  name: a\nusers:\n- name: a\n  user:\n    token: ` +
    `${SECRET}\n`;

describe("npm run kubeconfig", function () {
    this.timeout(60_000);
    let folder: string;
    const file = (name: string): string => join(folder, name);

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "ha-api-cli-"));
        knows({
            kubeconfigServerUrl: "https://10.30.100.100:6443",
            vip: "10.30.100.100",
            inspection: { apiServers: ["10.30.100.51:6444"] },
            kubeconfig: kubeconfig("https://10.30.100.100:6443"),
        });
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    /** The pulumi of this test: knows the stack "site" and notes what it is asked. */
    function knows(outputs: object): void {
        const config = {
            "ha-api:apiServers": { value: "[]", objectValue: ["203.0.113.51"], secret: false },
            "ha-api:sshPrivateKey": { secret: true },
        };
        const program = [
            "#!/bin/sh",
            `echo "$*" >> ${file("asked")}`,
            `case "$*" in *"--stack gone"*) echo "error: no stack named 'gone' found" >&2; exit 255;;`,
            `config*) cat ${file("config")};; stack*) cat ${file("outputs")};; esac`,
        ];
        writeFileSync(file("config"), JSON.stringify(config));
        writeFileSync(file("outputs"), JSON.stringify(outputs));
        writeFileSync(file("pulumi"), `${program.join("\n")}\n`);
        chmodSync(file("pulumi"), 0o755);
    }

    function command(args: string[]): { status: number | null; stdout: string; stderr: string } {
        const main = join(projectFolder, "cli", "main.ts");
        return spawnSync(process.execPath, ["--import", "tsx", main, "kubeconfig", ...args], {
            cwd: projectFolder,
            encoding: "utf8",
            env: { ...process.env, PATH: [folder, process.env["PATH"]].join(delimiter) },
        });
    }
    /** With an output file, it prints nothing of the kubeconfig. */
    function writes(...args: string[]): string {
        const { status, stdout, stderr } = command([...args, "--out", file("out")]);
        assert.equal(status, 0, stderr);
        assert.equal(stdout, "");
        assert.doesNotMatch(stderr, new RegExp(SECRET));
        assert.equal(statSync(file("out")).mode & 0o777, 0o600);
        return readFileSync(file("out"), "utf8");
    }
    function refuses(args: string[], why: RegExp): void {
        const { status, stdout, stderr } = command(args);
        assert.equal(status, 2);
        assert.match(stderr, why);
        assert.doesNotMatch(stderr, /^ {4}at /m, "an error for people, without a stack trace");
        assert.doesNotMatch(stdout + stderr, new RegExp(SECRET));
    }

    it("writes the stack's kubeconfig, for its owner's eyes alone", () => {
        assert.equal(writes("--stack", "site"), kubeconfig("https://10.30.100.100:6443"));
        assert.match(readFileSync(file("asked"), "utf8"), /stack output --json --show-secrets --stack site/);
    });

    it("prints it when that is asked for", () =>
        assert.equal(command(["--out", "-"]).stdout, kubeconfig("https://10.30.100.100:6443")));

    it(
        "makes one of another file, by what the stack's outputs say of the API servers, never by this checkout's " +
            "configuration",
        () => {
            writeFileSync(file("admin.conf"), kubeconfig("https://10.30.100.51:6444"));
            assert.equal(writes("--from", file("admin.conf")), kubeconfig("https://10.30.100.100:6443"));
            assert.doesNotMatch(readFileSync(file("asked"), "utf8"), /^config/m);
        },
    );

    it("puts the authority into it that clients trust where the load balancer terminates TLS", () => {
        knows({
            kubeconfigServerUrl: "https://10.30.100.100:6443",
            vip: "10.30.100.100",
            inspection: { apiServers: ["10.30.100.51:6444"], authority: "PEM" },
        });
        writeFileSync(file("admin.conf"), kubeconfig("https://10.30.100.51:6444"));
        assert.match(
            writes("--from", file("admin.conf")),
            new RegExp(`certificate-authority-data: ${Buffer.from("PEM").toString("base64")}\n`),
        );
        knows({ kubeconfigServerUrl: "https://10.30.100.100:6443", vip: "10.30.100.100" });
        refuses(
            ["--out", file("new"), "--from", file("admin.conf")],
            /has no output inspection; make it with: pulumi up/,
        );
    });

    it("writes over a file only with --force, which leaves no draft behind", () => {
        writeFileSync(file("out"), "mine", { mode: 0o644 });
        refuses(["--out", file("out")], /out exists and was left as it is; write over it with --force/);
        assert.equal(readFileSync(file("out"), "utf8"), "mine");
        writes("--force");
        assert.deepEqual(
            readdirSync(folder).filter((name) => name.startsWith("out.") || name === "out"),
            ["out"],
        );
    });

    it("says what is missing and what to do", () => {
        refuses([], /--out FILE is missing: where to write it.*\n.*npm run kubeconfig -- /);
        refuses(["--out", file("out"), "--frm", "x"], /there is no option --frm\n/);
        refuses(["--out", file("out"), "--stack", "gone"], /no stack named 'gone' found/);
        refuses(["--out", file("out"), "--from", file("none")], /none cannot be read: there is no such file/);
        refuses(["--out", join(folder, "none", "out")], /its folder does not exist/);
        writeFileSync(file("other"), kubeconfig(`https://me:${SECRET}@203.0.113.9:6443`));
        refuses(
            ["--out", file("out"), "--from", file("other")],
            /other: has no cluster whose server is one of the API servers \(10\.30\.100\.51\)/,
        );
        knows({ kubeconfigServerUrl: "https://10.30.100.100:6443", kubeconfig: "" });
        refuses(["--out", file("out")], /knows no kubeconfig\..*--from FILE.*pulumi config set kubeconfigFile FILE/);
        knows({});
        refuses(["--out", file("out")], /no output kubeconfigServerUrl; make it with: pulumi up/);
    });
});
