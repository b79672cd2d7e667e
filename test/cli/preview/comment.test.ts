/** What a reviewer is told of previews of the real engine. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { commentOf, LIMIT, markerOf } from "../../../cli/preview/comment";
import { changesOf } from "../../../cli/preview/hostChanges";
import { readManifest } from "../../../cli/preview/manifest";
import { maskFor } from "../../../cli/preview/mask";
import { type Preview, readPreview } from "../../../cli/preview/previewJson";
import { hostFiles, hostManifest, hostServices } from "../../../components/render/host";
import { existingMachines, layer7, modelOf } from "../../components/support";
import { theBlock } from "../../docs/blocks";
import { commentOn, recorded, recordedWith } from "./support";

/** The headline, and each row of the table of hosts. */
function told(name: string): string[] {
    const lines = commentOn(recorded(name)).split("\n");
    const rows = lines.filter((line) => line.startsWith("| `")).map((line) => line.slice(2, -2));
    return [lines[1]!.replace(/^### Preview of `ha-api\/(vms|machines)`: /, ""), ...rows];
}

const BOTH = "`vrrp2`, then `vrrp1` | ";

describe("a comment on a preview", () => {
    const cases: [string, string[]][] = [
        ["unchanged", ["no change"]],
        ["firstTime", ["new hosts", `${BOTH}VM made`]],
        ["apiServerRemoved", ["proxy reloaded", `${BOTH}nginx reloaded; ha-api-watcher restarted`]],
        [
            "listenOnVip",
            [
                "VIP moves",
                `${BOTH}nginx restarted; a host that holds the VIP gives it away before; ha-api-watcher restarted`,
            ],
        ],
        [
            "engine",
            [
                "VIP moves",
                `${BOTH}packages: +haproxy -nginx -libnginx-mod-stream; nginx stopped for good, after the VIP has ` +
                    "left; haproxy started; ha-api-watcher restarted; keepalived reloaded",
            ],
        ],
        ["packageUpgrade", ["VIP moves", `${BOTH}packages upgraded and daemons restarted, after the VIP has left`]],
        [
            "routerId",
            [
                "VIP moves",
                `${BOTH}keepalived reloaded with settings by which hosts know each other: until all have them, two ` +
                    "may hold the VIP",
            ],
        ],
        [
            "memory",
            [
                "VM power-cycled",
                `${BOTH}**VM power-cycled: memory.dedicated 1024 becomes 2048**; configuration checked again; edits ` +
                    "made by hand are put back",
            ],
        ],
        [
            "template",
            [
                "**VM REPLACED**",
                `${BOTH}**VM REPLACED: deleted, then made again: clone.vmId 9000 becomes 9001, which replaces it**`,
            ],
        ],
        [
            "hostRemoved",
            [
                "**HOST REMOVED**",
                "`vrrp1` | packages: -nftables; ha-api-watcher restarted; keepalived reloaded",
                "`vrrp2` | **host REMOVED: VM deleted**",
            ],
        ],
        [
            "vrrpPassword",
            [
                "VIP moves",
                "`lb2`, then `lb1` | credentials renewed; keepalived reloaded with settings by which hosts know " +
                    "each other: until all have them, two may hold the VIP",
            ],
        ],
        ["badInputs", ["**FAILED**"]],
    ];
    for (const [name, expected] of cases)
        it(`says what happens: ${name}`, () => assert.deepEqual(told(name), expected));

    it("begins with a line by which it is found again, one for each stack", () => {
        const [first] = commentOn(recorded("memory")).split("\n");
        assert.equal(first, markerOf("ha-api/vms"));
        assert.notEqual(markerOf("ha-api/vms"), markerOf("ha-api/machines"));
        assert.doesNotMatch(markerOf("a--b-->/c").slice(4, -3), /--|>/, "the name cannot end it");
    });

    it("is as docs/pull-requests.md shows it, as far as that goes", () => {
        const page = join("docs", "pull-requests.md");
        const example = theBlock(page, "text", "output", "### Preview").text.trimEnd();
        assert.ok(commentOn(recorded("apiServerRemoved")).includes(`\n${example}\n`), `${page} shows:\n${example}`);
    });

    it("shows a change that is the same on both hosts once, as a unified diff", () => {
        const text = commentOn(recorded("apiServerRemoved"));
        assert.equal(text.match(/^-.*10\.30\.100\.53:6443\/readyz/gm)?.length, 1);
        assert.match(text, /<summary>\/etc\/nginx\/nginx\.conf on both hosts: \+3 -4<\/summary>/);
        assert.match(text, /```diff\n--- a\/etc\/nginx\/nginx\.conf\n\+\+\+ b\/etc\/nginx\/nginx\.conf\n@@ /);
    });

    it("shows changes that differ for each host, those of one file together", () => {
        const titles = [...commentOn(recorded("listenOnVip")).matchAll(/<summary>(\S+) on (.*?):/g)];
        assert.deepEqual(
            titles.map(([, path, hosts]) => `${path} ${hosts}`),
            [
                "/etc/nginx/nginx.conf both hosts",
                "/etc/ha-api/watcher.conf vrrp2",
                "/etc/ha-api/watcher.conf vrrp1",
                "/etc/sysctl.d/60-ha-api.conf both hosts",
            ],
        );
    });

    it("lists all problems of inputs, and says that nothing can be rolled out", () => {
        const text = commentOn(recorded("badInputs"));
        assert.match(text, /Nothing can be rolled out like this\.\n\n```text\nThe configuration of stack vms/);
        assert.match(text, / {2}- ha-api:engine: Invalid option/);
    });

    it("says that a preview failed also where pulumi said nothing", () => {
        const preview = { steps: [], counts: {}, problems: [], warnings: [] };
        const text = commentOf(preview, { title: "p/s", mask: maskFor({}), failed: true });
        assert.match(text, /\*\*FAILED\*\*[\s\S]*did not say why/);
    });

    it("repeats warnings of the component", () => {
        assert.match(commentOn(recorded("vrrpPassword")), /Warnings:\n\n```text\nvrrp\.authentication: the password/);
    });

    it("lists resources of other kinds, lost ones first", () => {
        const text = commentOn(
            readPreview(
                JSON.stringify({
                    steps: [
                        other("update", "one"),
                        other("replace", "two"),
                        other("delete", "three"),
                        other("same", "four"),
                        other("create", "five|<b>"),
                    ],
                    changeSummary: { update: 1, replace: 1, delete: 1, create: 1, same: 1 },
                }),
                "made up",
            ),
        );
        assert.match(text, /### Preview of `site\/prod`: no host changes/);
        assert.deepEqual(
            text.split("\n").filter((line) => line.startsWith("- ")),
            [
                "- **REPLACED**: `two` (random:index/randomPet:RandomPet)",
                "- **DELETED**: `three` (random:index/randomPet:RandomPet)",
                "- updated: `one` (random:index/randomPet:RandomPet)",
                "- created: `five\\|<b>` (random:index/randomPet:RandomPet)",
            ],
        );
    });

    it("says so where a configuration is a secret, and fears the most", () => {
        const preview = recorded("apiServerRemoved");
        for (const step of preview.steps) if (step.newState?.inputs) step.newState.inputs["stdin"] = "[secret]";
        const text = commentOn(preview);
        assert.match(text, /: VIP moves\n[\s\S]*changed in what is not shown, since an input is a secret/);
        assert.doesNotMatch(text, /```diff/);
    });
});

/** Changes what the hosts will get. */
function eachManifest({ steps }: Preview, change: (manifest: string) => string): void {
    for (const { newState } of steps) {
        const manifest = newState?.inputs?.["stdin"];
        if (typeof manifest === "string" && manifest.startsWith("====")) newState!.inputs!["stdin"] = change(manifest);
    }
}

function other(op: string, name: string): object {
    const type = "random:index/randomPet:RandomPet";
    return { op, urn: `urn:pulumi:prod::site::${type}::${name}`, newState: { type } };
}

describe("what others wrote, in a comment", () => {
    it("never is Markdown or HTML, nor ends the block it is in", () => {
        const evil = "```\n</details><img src=x onerror=y> @everyone [x](http://evil)\n````\n/close";
        const preview = recorded("apiServerRemoved");
        eachManifest(preview, (manifest) => manifest.replace("events {", `events {\n${evil}`));
        const text = commentOn(preview);
        assert.match(text, /^`````diff$/m, "a fence longer than any in it");
        const outside = text.replace(/^(`{3,})[\s\S]*?^\1$/gm, "").replace(/`[^`\n]*`/g, "");
        assert.doesNotMatch(outside, /onerror|@everyone|evil|^\//m);
    });

    it("is escaped in titles, tables and lists", () => {
        const text = commentOn(recordedWith("memory", { vrrp2: "<b>|@all`x`*y*" }));
        assert.doesNotMatch(text.replace(/`{1,2}[^\n]*?`{1,2}/g, ""), /<b>|@all/);
    });

    it("is escaped in values of a VM", () => {
        const preview = recorded("memory");
        for (const step of preview.steps)
            if (step.newState?.inputs?.["memory"]) step.newState.inputs["memory"] = { dedicated: "<img>|@all **x**" };
        const row = commentOn(preview)
            .split("\n")
            .find((line) => line.includes("power-cycled:"))!;
        assert.match(row, /becomes &lt;img&gt;\\\|&#64;all \\\*\\\*x\\\*\\\*\*\*/);
    });
});

describe("secrets, in a comment", () => {
    const KEY =
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU\n-----END OPENSSH PRIVATE KEY-----";
    const cases: [string, string, RegExp][] = [
        ["a private key", KEY, /b3BlbnNz/],
        ["a private key that was cut off", KEY.slice(0, 60), /b3BlbnNz/],
        ["a Proxmox token", "root@pam!pulumi=12345678-1234-1234-1234-123456789abc", /12345678-1234/],
        ["a GitHub token", `ghp_${"a1".repeat(18)}`, /a1a1a1/],
        ["a GitLab token", `glpat-${"b2".repeat(10)}`, /b2b2b2/],
        ["a password in an address", "https://user:hunter22@host/path", /hunter22/],
        ["a bearer", "authorization: Bearer abcdefgh12345678", /abcdefgh1234/],
        ["a JSON web token", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl", /eyJhbGci|c2lnbm/],
        ["a keepalived password", "        auth_pass hunter22", /hunter22/],
        ["a ciphertext", "secure: v1:abcdefghij:klmnopqrstuv", /klmnopqr/],
        ["a password with its name", "password = hunter22", /hunter22/],
    ];
    for (const [what, secret, pattern] of cases) {
        it(`are masked in files, warnings and problems: ${what}`, () => {
            const preview = recordedWith("apiServerRemoved", { "worker_connections 32768;": secret });
            preview.warnings.push(`warned of ${secret}`);
            preview.problems.push(`failed with ${secret}`);
            // So that the line is in the context of a change.
            eachManifest(preview, (manifest) => manifest.replace("events {", "events  {"));
            const text = commentOn(preview);
            assert.match(text, /warned of/);
            assert.doesNotMatch(text, pattern);
        });
    }

    it("are masked by the values of the job's own variables", () => {
        const mask = maskFor({ PULUMI_CONFIG_PASSPHRASE: "correct horse", MY_TOKEN: "", NAME: "vrrp1", A_TOKEN: "ab" });
        const preview = recorded("badInputs");
        preview.problems = ["cannot decrypt with correct horse"];
        const text = commentOn(preview, mask);
        assert.match(text, /cannot decrypt with \[secret\]/);
        assert.equal(mask("vrrp1 ab"), "vrrp1 ab", "of secret variables, and not of short ones");
    });

    it("are told to have changed where only they differ", () => {
        const preview = recorded("apiServerRemoved");
        const withPassword = (manifest: string, password: string): string =>
            manifest.replace(/==== end\n$/, `==== file /x 0600\nauth_pass ${password}\n==== end\n`);
        for (const { oldState, newState } of preview.steps) {
            const manifest = oldState?.inputs?.["stdin"];
            if (typeof manifest !== "string") continue;
            oldState!.inputs!["stdin"] = withPassword(manifest, "old");
            newState!.inputs!["stdin"] = withPassword(manifest, "new");
        }
        const text = commentOn(preview);
        assert.match(text, /\/x on both hosts<\/summary>\n\nNothing that can be shown differs\./);
        assert.doesNotMatch(text, /auth_pass old|auth_pass new/);
    });
});

describe("a comment that would be too long", () => {
    it("leaves out whole files, and says which", () => {
        const preview = recorded("firstTime");
        const many = "# a line of a long file\n".repeat(2000);
        const files = `==== file /a 0644\n${many}==== file /b 0644\n${many}==== end\n`;
        eachManifest(preview, (manifest) => manifest.replace("==== end\n", files));
        const text = commentOn(preview);
        assert.ok(text.length <= LIMIT, String(text.length));
        assert.equal(text.match(/<details/g)?.length, text.match(/<\/details>/g)?.length);
        assert.match(text, /\*\*Left out, since a comment may have 60,000 characters:\*\* .*`\/b` on both hosts/);
        assert.match(text, /<summary>\/etc\/keepalived\/keepalived\.conf on vrrp2/, "what is small stays");
        assert.doesNotMatch(text, /<summary>\/b/);
    });

    it("holds the first of very many problems", () => {
        const preview = recorded("badInputs");
        preview.problems = Array.from({ length: 3000 }, (_, index) => `problem ${index} ${"x".repeat(30)}`);
        const text = commentOn(preview);
        assert.ok(text.length <= LIMIT, String(text.length));
        assert.match(text, /problem 0 [\s\S]*And \d+ more messages; see the job's log\./);
    });
});

describe("the manifest of a host", () => {
    for (const [what, inputs] of [
        ["at layer 4", existingMachines({ packageUpgradeTrigger: "now" })],
        ["at layer 7", layer7()],
    ] as const) {
        it(`is read as it is written, ${what}`, () => {
            const model = modelOf(inputs);
            const host = model.hosts[0]!;
            const read = readManifest(hostManifest(model, host))!;
            assert.deepEqual(
                read.files,
                hostFiles(model, host).map(({ path, mode, content }) => ({ path, mode, content })),
            );
            const services = hostServices(model, host);
            assert.deepEqual(
                read.services.map((service) => ({
                    name: service.name,
                    reloadOn: service.values("reload-after"),
                    restartOn: service.values("restart-after"),
                    check: service.values("check"),
                })),
                services.map(({ name, reloadOn, restartOn, configurationTest }) => ({
                    name,
                    reloadOn,
                    restartOn,
                    check: configurationTest === undefined ? [] : [configurationTest],
                })),
            );
            assert.deepEqual(
                read.credentials,
                services.flatMap(({ credentials }) => credentials),
            );
        });
    }

    it("is none when it was cut off", () => {
        const model = modelOf();
        assert.equal(readManifest(hostManifest(model, model.hosts[0]!).slice(0, -3)), undefined);
        assert.equal(readManifest("set -eu\n"), undefined);
    });
});

describe("steps of a preview", () => {
    it("belong to hosts by the names that the component gives them, also where names have hyphens", () => {
        const { hosts } = changesOf(recordedWith("memory", { "kube-api": "k-1", vrrp1: "lb-ready-1" }));
        assert.deepEqual(
            hosts.map(({ balancer, host }) => `${balancer} ${host}`),
            ["k-1 vrrp2", "k-1 lb-ready-1"],
        );
    });
});
