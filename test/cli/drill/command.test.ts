/** `npm run drill` with a pulumi that knows one stack, and hosts that only count who calls. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { projectFolder } from "../../../tools/cache";
import { deployment } from "../../components/inspection/samples";
import { newKey } from "../../plugin-stand-ins/sshServer";

describe("npm run drill", function () {
    this.timeout(60_000);
    let folder: string;
    let host: Server;
    let calls = 0;
    const file = (name: string): string => join(folder, name);

    beforeEach(async () => {
        folder = mkdtempSync(join(tmpdir(), "ha-api-drill-test-"));
        calls = 0;
        host = createServer((socket) => {
            calls++;
            socket.on("error", () => undefined).destroy();
        });
        await new Promise<void>((resolve) => host.listen(0, "127.0.0.1", resolve));
        const site = deployment();
        const hosts = site.hosts.map((each) => ({ ...each, address: "127.0.0.1", hostKey: newKey().public }));
        writeFileSync(
            file("outputs"),
            JSON.stringify({
                ...site,
                hosts,
                vip: "127.0.0.100",
                inspection: { ...site.inspection, sshPort: (host.address() as AddressInfo).port },
                kubeconfig: "",
            }),
        );
        writeFileSync(file("key"), newKey().private);
        writeFileSync(
            file("config"),
            JSON.stringify({
                "ha-api:ssh": { value: "", objectValue: { privateKeyFile: file("key") }, secret: false },
            }),
        );
        writeFileSync(
            file("pulumi"),
            `#!/bin/sh\ncase "$*" in config*) cat ${file("config")};; stack*) cat ${file("outputs")};; esac\n`,
        );
        chmodSync(file("pulumi"), 0o755);
    });
    afterEach(async () => {
        await new Promise((resolve) => host.close(resolve));
        rmSync(folder, { recursive: true });
    });

    async function drill(...args: string[]): Promise<{ status: number; output: string }> {
        const command = ["--import", "tsx", join(projectFolder, "cli", "main.ts"), "drill", "--stack", "site", ...args];
        const env = { ...process.env, PATH: [folder, process.env["PATH"]].join(delimiter) };
        return promisify(execFile)(process.execPath, command, { cwd: projectFolder, env }).then(
            ({ stdout, stderr }) => ({ status: 0, output: stdout + stderr }),
            ({ code, stdout, stderr }: { code: number; stdout: string; stderr: string }) => ({
                status: code,
                output: stdout + stderr,
            }),
        );
    }

    it("says with --dry-run what it would do, and contacts no host", async () => {
        const { status, output } = await drill("--dry-run", "--all-faults", "--runs", "2");
        assert.equal(status, 0, output);
        assert.match(output, /A drill on 127\.0\.0\.100, in front of \w+, \w+\./);
        assert.match(output, /1\. Graceful switchover: asks the master/);
        assert.match(output, /Host powered off: left out, because .* no VM of this stack/);
        assert.match(output, /API server killed: left out, because .* only in the lab/);
        assert.match(output, /Each 2 times, one at a time/);
        assert.match(output, /no watch, for want of credentials \(name a kubeconfig with --kubeconfig FILE\)/);
        assert.equal(calls, 0);
    });

    it("refuses when the set-up is not healthy at the start", async () => {
        const { status, output } = await drill("--yes");
        assert.equal(status, 1);
        assert.match(output, /No fault is injected: the set-up is not healthy\.\n {2}- /);
        assert.match(output, /More: npm run status -- --stack site/);
        assert.ok(calls > 0, "it inspected the hosts");
    });

    it("finds out before the drill that a file cannot be written", async () => {
        const { status, output } = await drill("--yes", "--svg", join(folder, "none", "a.svg"));
        assert.equal(status, 2);
        assert.match(output, /a\.svg cannot be written: its folder does not exist/);
        assert.equal(calls, 0);
    });

    it("refuses a kubeconfig that does not speak to the VIP", async () => {
        writeFileSync(
            file("kubeconfig"),
            "current-context: a\ncontexts: [{name: a, context: {cluster: a}}]\nclusters: [{name: a, cluster: " +
                "{server: 'https://10.30.100.51:6443'}}]\n",
        );
        const { status, output } = await drill("--dry-run", "--kubeconfig", file("kubeconfig"));
        assert.equal(status, 2);
        assert.match(
            output,
            /speaks to https:\/\/10\.30\.100\.51:6443, not to https:\/\/127\.0\.0\.100:6443 or .*npm run kubeconfig -- --from/,
        );
    });
});
