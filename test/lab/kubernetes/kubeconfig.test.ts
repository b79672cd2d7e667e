/** The kubeconfig a stack makes, in the hands of the real kubectl, through the VIP to the real API servers. */
import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { labEnvironment } from "../../../proving-ground/lab/environment";
import { kubectl } from "../../../proving-ground/lab/kubernetes/kubectl";
import { startKubeApiServer, stopKubeApiServer } from "../../../proving-ground/lab/kubernetes/kubeApiServer";
import { writeKubeconfig } from "../../../proving-ground/lab/kubernetes/kubeconfig";
import { projectFolder } from "../../../tools/cache";
import { run } from "../../../tools/run";
import { waitForSingleMaster, Stack, vip } from "../stack/support";
import { clusterWithMachines, example } from "./loadBalancer";
import { instance } from "./support";

describe("a kubeconfig for the VIP", function () {
    this.timeout(120_000);
    this.bail(true);

    const stack = new Stack("test-kubeconfig");
    let leave: (() => Promise<void>) | undefined;
    let folder: string;
    /** As an API server has it, with a comment and in k3s's manner. */
    let original: string;

    before(async function () {
        this.timeout(900_000);
        leave = await clusterWithMachines(this, stack);
        folder = await mkdtemp(join(tmpdir(), "ha-api-kubeconfig-"));
        original = join(folder, "admin.conf");
        const text = await readFile(await writeKubeconfig(instance, "https://127.0.0.1:6443"), "utf8");
        await writeFile(original, `# made by the cluster\n${text}`, { mode: 0o600 });
        await stack.create(example("kubeconfig", { "./admin.conf": original }));
        await stack.up();
        await waitForSingleMaster();
    });
    after(async function () {
        this.timeout(300_000);
        await leave?.();
        if (folder !== undefined) await rm(folder, { recursive: true });
    });

    const as = (file: string, ...args: string[]): Promise<string> => kubectl(instance, file, args);
    const outputs = async (...args: string[]): Promise<Record<string, unknown>> =>
        JSON.parse((await stack.must("stack", "output", "--json", ...args)).stdout) as Record<string, unknown>;
    const command = async (...args: string[]): Promise<string> =>
        run("npm", ["run", "--silent", "kubeconfig", "--", "--stack", stack.name, ...args], {
            cwd: projectFolder,
            env: await labEnvironment(instance),
            timeout: 60_000,
        });

    it(
        "is an output that shows itself only to who asks for secrets, and the server's URL one that everybody " +
            "may see",
        async () => {
            const shown = await outputs();
            assert.equal(shown["kubeconfigServerUrl"], `https://${vip}:6443`);
            assert.equal(shown["kubeconfig"], "[secret]");
            const { kubeconfig } = await outputs("--show-secrets");
            assert.match(String(kubeconfig), new RegExp(`^# made by the cluster\n[^]*server: https://${vip}:6443\n`));
            const key = (
                parse(await readFile(original, "utf8")) as { users: { user: { "client-key-data": string } }[] }
            ).users[0]!.user["client-key-data"];
            assert.ok(key.length > 50 && String(kubeconfig).includes(key), "the user's key is in the kubeconfig");
            assert.ok(!(await stack.state()).includes(key), "and not in the state in plain text");
        },
    );

    it("comes as a file that only its owner can read, and that kubectl works with", async () => {
        const file = join(folder, "vip.conf");
        assert.equal(await command("--out", file), "");
        assert.equal((await stat(file)).mode & 0o777, 0o600);
        assert.match(await as(file, "get", "nodes"), /worker1/);
        assert.equal(
            (await as(file, "auth", "whoami", "--output=jsonpath={.status.userInfo.username}")).trim(),
            "admin",
        );
    });

    it("overwrites a file only with --force", async () => {
        const file = join(folder, "mine.conf");
        await writeFile(file, "mine\n", { mode: 0o644 });
        await assert.rejects(
            command("--out", file),
            /mine\.conf exists and was left as it is; write over it with --force/,
        );
        assert.equal(await readFile(file, "utf8"), "mine\n");
        await command("--out", file, "--force");
        assert.equal((await stat(file)).mode & 0o777, 0o600);
        assert.match(await as(file, "get", "nodes"), /worker1/);
    });

    it("can be made of another file, and printed", async () => {
        const other = join(folder, "other.conf");
        await writeFile(other, (await readFile(original, "utf8")).replace("127.0.0.1", `${instance.subnet}.52`));
        assert.match(await command("--from", other, "--out", "-"), new RegExp(`server: https://${vip}:6443\n`));
    });

    it("is refused with a reason where it cannot be made", async () => {
        const strange = join(folder, "strange.conf");
        await writeFile(strange, (await readFile(original, "utf8")).replace("127.0.0.1", "203.0.113.9"));
        const file = join(folder, "never.conf");
        await assert.rejects(
            command("--from", strange, "--out", file),
            /strange\.conf: has no cluster whose server is one of the API servers .*its servers: 203\.0\.113\.9/,
        );
        await assert.rejects(
            command("--from", join(folder, "none"), "--out", file),
            /none cannot be read: there is no such file/,
        );
        await assert.rejects(command("--out", join(folder, "none", "file")), /its folder does not exist/);
        await assert.rejects(command(), /--out FILE is missing: where to write it/);
        await assert.rejects(stat(file), /ENOENT/);
    });

    it(
        "is warned of by the next `up`, and met with a clear refusal by kubectl, where the API servers' " +
            "certificates lack the VIP",
        async () => {
            for (const { name } of instance.apiServers) {
                await stopKubeApiServer(instance, name);
                await startKubeApiServer(instance, name, { certificate: "without-vip" });
            }
            // The deployment itself is as it should be: a warning, with what to do.
            const { output } = await stack.up();
            assert.match(
                output,
                new RegExp(
                    `Not verified: .*does not have ${vip.replaceAll(".", "\\.")} \\(it has: .*\\), so that ` +
                        "clients refuse it: add the name to certSANs",
                ),
            );
            await assert.rejects(
                as(join(folder, "vip.conf"), "get", "nodes"),
                new RegExp(`x509: certificate is valid for .*, not ${vip.replaceAll(".", "\\.")}`),
            );
        },
    );
});
