import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { resolveModel } from "../../components/model/resolve";
import type { Inputs } from "../../components/model/inputs";
import { proxmoxProvider } from "../../stack/proxmoxProvider";
import { secretOrUndefined } from "../../stack/secrets";
import { readSettings, type Settings } from "../../stack/settings";
import { asProgram, configure, refusalOf, required, valueOf } from "./support";

const KEY = "-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----\n";
const PUBLIC_KEY = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)} me@home`;
const TOKEN = "root@pam!pulumi=00000000-0000-0000-0000-000000000000";
const vms = { hosts: [{ ...required.hosts[0], virtualMachine: {} }, required.hosts[1]] };

describe("the settings of a stack", () => {
    let folder: string;
    const kept: Record<string, string | undefined> = {};
    before(asProgram);
    beforeEach(() => {
        for (const name of ["HOME", "PROXMOX_VE_ENDPOINT", "PROXMOX_VE_API_TOKEN"]) {
            kept[name] = process.env[name];
            delete process.env[name];
        }
        folder = mkdtempSync(join(tmpdir(), "ha-api-stack-"));
        process.env["HOME"] = folder;
        mkdirSync(join(folder, ".ssh"));
        for (const [name, content] of [
            [".ssh/id_ed25519", KEY],
            [".ssh/id_ed25519.pub", `${PUBLIC_KEY}\n`],
            ["other", KEY.replace("abc", "other")],
        ] as const) {
            writeFileSync(join(folder, name), content);
        }
    });
    afterEach(() => {
        for (const [name, value] of Object.entries(kept)) {
            if (value === undefined) delete process.env[name];
            else process.env[name] = value;
        }
        rmSync(folder, { recursive: true });
    });
    function settings(over: Record<string, unknown> = {}, secrets: string[] = []): Settings {
        configure(over, secrets);
        return readSettings();
    }
    const refusal = (over: Record<string, unknown>, secrets: string[] = []): string =>
        refusalOf(() => settings(over, secrets));
    const privateKey = async (over: Record<string, unknown>, secrets: string[] = []): Promise<string> =>
        valueOf(pulumi.output(settings(over, secrets).loadBalancer.ssh.privateKey));

    it("are inputs the component accepts", () => {
        const { loadBalancer, proxmox } = settings();
        const { privateKey: _privateKey, ...ssh } = loadBalancer.ssh;
        assert.equal(resolveModel({ ...loadBalancer, ssh } as Inputs).hosts.length, 2);
        assert.equal(proxmox, undefined, "no Proxmox is needed for machines that exist");
        assert.equal(proxmoxProvider(proxmox), undefined);
    });

    it("pass on nothing that the component does not know", () => {
        const { loadBalancer } = settings({ ssh: { user: "root", port: 2222, privateKeyFile: "~/other" } });
        assert.deepEqual(Object.keys(loadBalancer.ssh).sort(), ["authorizedKeys", "port", "privateKey", "user"]);
        assert.equal("proxmox" in loadBalancer, false);
    });

    describe("SSH keys", () => {
        it("are those of ~/.ssh by default, the private one a secret", async () => {
            const { ssh } = settings().loadBalancer;
            assert.equal(await valueOf(pulumi.output(ssh.privateKey)), KEY);
            assert.equal(await pulumi.isSecret(ssh.privateKey as pulumi.Output<string>), true);
            assert.deepEqual(ssh.authorizedKeys, [PUBLIC_KEY]);
        });

        it("are found under an absolute path, one relative to the project, or one in the home folder", async () => {
            const other = KEY.replace("abc", "other");
            assert.equal(await privateKey({ ssh: { privateKeyFile: join(folder, "other") } }), other);
            assert.equal(
                await privateKey({ ssh: { privateKeyFile: relative(process.cwd(), join(folder, "other")) } }),
                other,
            );
            assert.equal(await privateKey({ ssh: { privateKeyFile: "~/other" } }), other);
        });

        it("say by which key of the configuration a VM gets a public key, where there is none", () => {
            assert.match(
                refusal({ ...vms, sshPrivateKey: KEY }, ["sshPrivateKey"]),
                /^ha-api:ssh\.publicKeyFile: is missing: .* pulumi config set --path ssh\.publicKeyFile FILE$/,
            );
        });

        it("need no public key file beside the private one, unless it was asked for", () => {
            assert.deepEqual(settings({ ssh: { privateKeyFile: "~/other" } }).loadBalancer.ssh.authorizedKeys, []);
            assert.match(
                refusal({ ssh: { privateKeyFile: "~/other", publicKeyFile: "~/other.pub" } }),
                new RegExp(
                    `^ha-api:ssh\\.publicKeyFile: the file ${folder}/other\\.pub does not exist; set it ` +
                        "with: pulumi config set --path ssh\\.publicKeyFile FILE$",
                ),
            );
        });

        it("in a file that is not there are missed by its full path, with both ways to give one", () => {
            const message = refusal({ ssh: { privateKeyFile: "~/missing" } });
            assert.ok(
                message.startsWith(
                    `ha-api:ssh.privateKeyFile: the file ${folder}/missing does not exist; set it with: ` +
                        "pulumi config set --path ssh.privateKeyFile FILE, or set",
                ),
                message,
            );
            assert.match(message, /pulumi config set --secret sshPrivateKey < FILE$/);
        });

        it("pasted where the file's name belongs are never shown", () => {
            const pasted = "-----BEGIN OPENSSH PRIVATE KEY-----\nRECOGNISABLE\n-----END OPENSSH PRIVATE KEY-----\n";
            for (const text of [pasted, pasted.replaceAll("\n", " "), "RECOGNISABLE\nanything"]) {
                const message = refusal({ ssh: { privateKeyFile: text } });
                assert.match(
                    message,
                    /^ha-api:ssh\.privateKeyFile: must be the name of a file; .*pulumi config set --secret sshPrivateKey < FILE$/,
                );
                assert.doesNotMatch(message, /RECOGNISABLE/);
            }
            assert.doesNotMatch(refusal({ kubeconfigFile: "apiVersion: v1 users: RECOGNISABLE" }), /RECOGNISABLE/);
        });

        it("in something that is no file are refused without a stack trace", () => {
            assert.match(refusal({ ssh: { privateKeyFile: "~/.ssh" } }), /\/\.ssh cannot be read; /);
        });

        it("that are none are refused at once, before anything is registered and without being shown", () => {
            const message = refusal({ sshPrivateKey: "almost-a-key" }, ["sshPrivateKey"]);
            assert.match(message, /must be a private key in OpenSSH or PEM format/);
            assert.doesNotMatch(message, /almost-a-key/);
        });

        it("in the secret configuration come before any file", async () => {
            const given = { sshPrivateKey: KEY.replace("abc", "configured") };
            assert.match(await privateKey(given, ["sshPrivateKey"]), /configured/);
            assert.equal(
                await pulumi.isSecret(
                    settings(given, ["sshPrivateKey"]).loadBalancer.ssh.privateKey as pulumi.Output<string>,
                ),
                true,
            );
            assert.deepEqual(
                settings(given, ["sshPrivateKey"]).loadBalancer.ssh.authorizedKeys,
                [],
                "the public key of another pair is of no use",
            );
            assert.deepEqual(
                settings({ ...given, ssh: { publicKeyFile: "~/.ssh/id_ed25519.pub" } }, ["sshPrivateKey"]).loadBalancer
                    .ssh.authorizedKeys,
                [PUBLIC_KEY],
            );
        });

        it("in plain text in the configuration are refused, without being shown", () => {
            const message = refusal({ sshPrivateKey: KEY });
            assert.match(
                message,
                /^ha-api:sshPrivateKey: is stored in plain text; encrypt it with: pulumi config set --secret sshPrivateKey, and replace it/,
            );
            assert.doesNotMatch(message, /abc/);
        });
    });

    describe("the Proxmox API", () => {
        const endpoint = "https://pve1.example.com:8006";

        it("is needed as soon as one host is a VM, and all that is missing is listed at once", () => {
            const message = refusal(vms);
            assert.match(message, /^Hosts are Proxmox VMs, which needs:\n/);
            assert.match(message, /pulumi config set --path proxmox\.endpoint https:\/\/pve1\.example\.com:8006$/m);
            assert.match(message, /pulumi config set --secret proxmoxApiToken 'USER@REALM!NAME=UUID'$/m);
        });

        it("comes from the configuration, the token as a secret, certificates checked", async () => {
            const { proxmox } = settings({ ...vms, proxmox: { endpoint }, proxmoxApiToken: TOKEN }, [
                "proxmoxApiToken",
            ]);
            assert.equal(proxmox!.endpoint, endpoint);
            assert.equal(proxmox!.insecure, false);
            assert.equal(await valueOf(proxmox!.apiToken), TOKEN);
            assert.equal(await pulumi.isSecret(proxmox!.apiToken), true);
            assert.notEqual(proxmoxProvider(proxmox), undefined);
        });

        it("comes from the environment otherwise", async () => {
            process.env["PROXMOX_VE_ENDPOINT"] = endpoint;
            process.env["PROXMOX_VE_API_TOKEN"] = TOKEN;
            const { proxmox } = settings(vms);
            assert.equal(proxmox!.endpoint, endpoint);
            assert.equal(await valueOf(proxmox!.apiToken), TOKEN);
            assert.equal(await pulumi.isSecret(proxmox!.apiToken), true);
            assert.equal(
                settings({ ...vms, proxmox: { endpoint: "https://pve2.example.com:8006", insecure: true } }).proxmox!
                    .endpoint,
                "https://pve2.example.com:8006",
            );
        });

        it("is refused over plain HTTP, where the token would travel for all to read", () => {
            for (const bad of [
                "http://pve1.example.com:8006",
                "pve1.example.com",
                "https://pve1.example.com:8006/api2/json",
            ]) {
                assert.match(
                    refusal({ ...vms, proxmox: { endpoint: bad }, proxmoxApiToken: TOKEN }, ["proxmoxApiToken"]),
                    /an address such as https:\/\/pve1\.example\.com:8006 in proxmox\.endpoint; received "/,
                );
            }
        });

        it("is refused with a token in plain text, without showing it", () => {
            const message = refusal({ ...vms, proxmox: { endpoint }, proxmoxApiToken: TOKEN });
            assert.match(
                message,
                /^ha-api:proxmoxApiToken: is stored in plain text; encrypt it with: pulumi config set --secret proxmoxApiToken/,
            );
            assert.doesNotMatch(message, /0000/);
        });
    });

    it("take an empty secret for one that is not set", () => {
        assert.equal(secretOrUndefined(configure({ proxmoxApiToken: "" }), "proxmoxApiToken"), undefined);
        assert.equal(secretOrUndefined(configure({ proxmoxApiToken: undefined }), "proxmoxApiToken"), undefined);
    });
});
