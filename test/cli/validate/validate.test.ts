/** What `npm run validate` has the real daemons of both Debian releases say, and what it says without any. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { configurationsOf } from "../../../cli/validate/configurations";
import { readResults } from "../../../cli/validate/results";
import { validationScript } from "../../../cli/validate/script";
import { textOf } from "../../../cli/validate/validate";
import { readPreview } from "../../../cli/preview/previewJson";
import type { Inputs } from "../../../components/model/inputs";
import { hostManifest } from "../../../components/render/host";
import { checkersOf, imagePath } from "../../../proving-ground/lab/hypervisor/image";
import { projectFolder } from "../../../tools/cache";
import { type Checker, itOnEachRelease } from "../../checkers";
import { existingMachines, layer7, modelOf } from "../../components/support";
import { recordedFile } from "../preview/support";

/** As pulumi prints it for these inputs. */
function previewJson(inputs: Inputs, change: (manifest: string) => string = (text) => text): string {
    const model = modelOf(inputs);
    const component = "ha-api-load-balancer:index:HaApiLoadBalancer";
    return JSON.stringify({
        steps: model.hosts.map((host) => ({
            op: "same",
            urn: `urn:pulumi:prod::site::${component}$command:remote:Command::lb-${host.name}-configuration`,
            newState: {
                type: "command:remote:Command",
                parent: `urn:pulumi:prod::site::${component}::lb`,
                inputs: { stdin: change(hostManifest(model, host)) },
            },
        })),
    });
}

interface Ended {
    status: number;
    stdout: string;
    stderr: string;
}

describe("npm run validate", function () {
    this.timeout(60_000);
    let folder: string;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "ha-api-validate-"));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    async function command(args: string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
        const ended = await new Promise<Ended>((resolve) =>
            execFile(
                process.execPath,
                ["--import", "tsx", join(projectFolder, "cli", "main.ts"), "validate", ...args],
                { cwd: projectFolder, env: { ...process.env, ...env } },
                (error, stdout, stderr) => resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
            ),
        );
        assert.doesNotMatch(ended.stderr, /^ {4}at /m, "an error for people, without a stack trace");
        return ended;
    }
    function inRoot({ release }: Checker, json: string): Promise<Ended> {
        const file = join(folder, "preview.json");
        writeFileSync(file, json);
        return command(["--from", file, "--root", imagePath(checkersOf(release))]);
    }
    const accepted = (...services: string[]): string =>
        ["vrrp1", "vrrp2"]
            .flatMap((host) => services.map((service) => `${host}: ${service} accepts its configuration\n`))
            .join("");

    const good: [string, Inputs, string[]][] = [
        ["nginx at layer 4, on the VIP only", existingMachines({ listenOn: "vip" }), ["nginx", "keepalived"]],
        ["nginx at layer 7, with certificates that are made up", layer7(), ["nginx", "keepalived"]],
        ["HAProxy", existingMachines({ engine: "haproxy" }), ["haproxy", "keepalived"]],
        [
            "nginx.org's packages with a user of their own, and a password",
            existingMachines({
                nginx: { source: "nginx.org" },
                vrrp: { version: 2, authentication: "password", scriptUser: "monitor" },
            }),
            ["nginx", "keepalived"],
        ],
        [
            "an image of nginx, with the nginx that is there",
            existingMachines({
                nginx: {
                    source: "container",
                    container: { image: `docker.io/library/nginx@sha256:${"a".repeat(64)}` },
                },
            }),
            ["ha-api-nginx", "keepalived"],
        ],
    ];
    for (const [what, inputs, services] of good) {
        itOnEachRelease(`has ${what} accepted`, async (checker) => {
            assert.deepEqual(await inRoot(checker, previewJson(inputs)), {
                status: 0,
                stdout: accepted(...services),
                stderr: "",
            });
        });
    }

    itOnEachRelease("says which host's file is refused, with its line, and ends with 1", async (checker) => {
        const json = previewJson(existingMachines({ nginx: { extraConfiguration: "alow 10.0.0.0/8;" } }));
        const { status, stdout } = await inRoot(checker, json);
        assert.equal(status, 1);
        const refused =
            /^vrrp[12]: nginx REFUSES its configuration:\n {4}.*unknown directive "alow" in \/etc\/nginx\/nginx\.conf:\d+$/gm;
        assert.equal(stdout.match(refused)?.length, 2, stdout);
        assert.match(stdout, /vrrp2: keepalived accepts its configuration/);
    });

    itOnEachRelease("refuses what keepalived and HAProxy refuse", async (checker) => {
        const keepalived = await inRoot(
            checker,
            previewJson(existingMachines(), (text) => text.replace("priority 254", "priority 400")),
        );
        assert.equal(keepalived.status, 1);
        assert.match(keepalived.stdout, /^vrrp1: keepalived REFUSES[\s\S]*priority/im);
        const haproxy = await inRoot(
            checker,
            previewJson(existingMachines({ engine: "haproxy" }), (text) => text.replace("mode tcp", "mode tpc")),
        );
        assert.equal(haproxy.status, 1);
        assert.match(haproxy.stdout, /haproxy\.cfg:\d+/);
    });

    itOnEachRelease("works in a container that may neither mount nor have interfaces", (checker) => {
        const { hosts } = configurationsOf(readPreview(previewJson(existingMachines({ listenOn: "vip" })), "test"));
        const [host] = hosts;
        const run = (more = ""): string =>
            checker.run("sh", ["-c", `${more}exec setpriv --bounding-set=-net_admin,-sys_admin sh /script`], {
                "/script": validationScript(host!, "mark-1234"),
            }).output;
        // As where a container's files are the only ones, and the interface is called otherwise.
        host!.manifest.interface = "enp7s0";
        const verdicts = readResults(host!, "mark-1234", run()).map(({ service, verdict }) => `${service} ${verdict}`);
        assert.deepEqual(verdicts, ["nginx accepted", "keepalived accepted"], run());
    });

    itOnEachRelease("changes nothing of the root file system", async (checker) => {
        const root = imagePath(checkersOf(checker.release));
        const before = readFileSync(join(root, "etc/nginx/nginx.conf"), "utf8");
        await inRoot(checker, previewJson(existingMachines()));
        assert.equal(readFileSync(join(root, "etc/nginx/nginx.conf"), "utf8"), before);
        assert.throws(() => readFileSync(join(root, "etc/keepalived/keepalived.conf")), /ENOENT/);
    });

    it("runs an image by the first engine there is", async () => {
        const docker = `#!/bin/sh
test "$1" = --version && exit 0
echo "$*" >> ${folder}/asked
cat > ${folder}/script
mark=$(sed -nE "s/.* '?(result-[0-9a-f]+)'? 0 .*/\\1/p" ${folder}/script)
echo "unknown directive"; echo "$mark 0 1"; echo "$mark 1 0"
`;
        writeFileSync(join(folder, "docker"), docker, { mode: 0o755 });
        const env = { PATH: `${folder}:${process.env["PATH"]}` };
        const { status, stdout } = await command(
            ["--from", recordedFile("apiServerRemoved"), "--container", "registry.example.com/daemons", "--json"],
            env,
        );
        assert.equal(status, 1);
        const results = JSON.parse(stdout) as { verdict: string; output: string[] }[];
        assert.deepEqual(
            results.map(({ verdict }) => verdict),
            ["refused", "accepted", "refused", "accepted"],
        );
        assert.deepEqual(results[0]!.output, ["unknown directive"]);
        assert.match(
            readFileSync(join(folder, "asked"), "utf8"),
            /^run --rm --interactive .*registry\.example\.com\/daemons -s$/m,
        );
        assert.match(
            readFileSync(join(folder, "script"), "utf8"),
            /^if command -v nginx .*nginx -t -q -c \/etc\/nginx\/nginx\.conf/m,
        );
    });

    it("says what to install where a daemon is missing", () => {
        const text = textOf([
            { host: "lb1", service: "nginx", program: "nginx", verdict: "missing", output: [] },
            { host: "lb1", service: "keepalived", program: "keepalived", verdict: "missing", output: [] },
        ]);
        assert.match(text, /^lb1: nginx was not tested: there is no nginx here$/m);
        assert.match(
            text,
            /^ {2}apt-get update && apt-get install --yes --no-install-recommends nginx libnginx-mod-stream keepalived$/m,
        );
    });

    it("says why there is nothing to test", async () => {
        const nothing = await command(["--from", recordedFile("unchanged")]);
        assert.equal(nothing.status, 2);
        assert.match(nothing.stderr, /without --show-sames holds only what changes/);
        const failed = await command(["--from", recordedFile("badInputs")]);
        assert.equal(failed.status, 1);
        assert.match(failed.stderr, /The preview failed:\n {2}- .*\n.*ha-api:engine/);
        const secret = join(folder, "secret.json");
        writeFileSync(
            secret,
            previewJson(existingMachines(), () => "[secret]"),
        );
        const hidden = await command(["--from", secret]);
        assert.equal(hidden.status, 2);
        assert.match(hidden.stderr, /The configuration of vrrp1, vrrp2 is a secret/);
    });

    it("says what it needs where it may not be root", async () => {
        writeFileSync(join(folder, "unshare"), "#!/bin/sh\necho 'unshare failed: Operation not permitted'; exit 1\n", {
            mode: 0o755,
        });
        writeFileSync(join(folder, "sudo"), "#!/bin/sh\necho 'sudo: a password is required'; exit 1\n", {
            mode: 0o755,
        });
        const { status, stderr } = await command(["--from", recordedFile("apiServerRemoved")], {
            PATH: `${folder}:${process.env["PATH"]}`,
        });
        assert.equal(status, 2);
        assert.match(stderr, /(not permitted|password is required)\nRun it as root, or as somebody who may use sudo/);
    });
});
