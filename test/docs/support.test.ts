/** docs/support.md and renovate.json are true to what is pinned, and the forms for issues are forms. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { RELEASES } from "../../proving-ground/lab/release";
import { pulumiVersion } from "../../proving-ground/toolchain/versions";
import { projectFolder } from "../../tools/cache";

const read = (path: string): string => readFileSync(join(projectFolder, path), "utf8");
const json = <T>(path: string): T => JSON.parse(read(path)) as T;

interface Package {
    version: string;
    engines: { node: string };
    dependencies: Record<string, string>;
    devDependencies: Record<string, string>;
}

const project = json<Package>("package.json");
const all = { ...project.dependencies, ...project.devDependencies };

/** Cells of the row that begins with that. */
function row(name: string): string[] {
    const line = read("docs/support.md")
        .split("\n")
        .find((each) => each.startsWith(`| ${name}`));
    assert.ok(line !== undefined, `no row ${name}`);
    return line
        .split("|")
        .slice(1, -1)
        .map((cell) => cell.trim());
}

describe("the page on what is supported", () => {
    it("names the versions that are pinned", () => {
        assert.equal(row("Pulumi")[1], pulumiVersion());
        assert.match(read("Pulumi.yaml"), new RegExp(`requiredPulumiVersion: ">=${row("Pulumi")[1]}"`));
        assert.match(read("docs/features.md"), new RegExp(`\\*\\* ${row("Pulumi")[1]} or newer`));
        assert.equal(row("Node.js")[1], read(".node-version").trim());
        assert.equal(`>=${/before (\S+)/.exec(row("Node.js")[3]!)![1]}`, project.engines.node);
        assert.equal(row("`@pulumi/command`")[1], all["@pulumi/command"]);
        assert.equal(row("TypeScript")[1], all["typescript"]);
        for (const release of RELEASES) assert.match(row("distribution")[1]!, new RegExp(`Debian ${release}\\b`));
        const kubernetes = /k8s\.io\/kubernetes v(\S+)/.exec(
            read("proving-ground/toolchain/go/kubernetes/go.mod"),
        )![1]!;
        assert.equal(/kube-apiserver (\S+)/.exec(row("Kubernetes")[1]!)![1], kubernetes);
    });
});

describe("Renovate", () => {
    const { packageRules } = json<{ packageRules: { matchPackageNames: string[]; allowedVersions?: string }[] }>(
        "renovate.json",
    );

    it("leaves packages below versions that are traps, and the pinned versions are allowed", () => {
        const allowed = Object.fromEntries(
            packageRules.flatMap(({ matchPackageNames, allowedVersions }) =>
                allowedVersions === undefined ? [] : matchPackageNames.map((name) => [name, allowedVersions]),
            ),
        );
        assert.deepEqual(allowed, { "@pulumi/command": "<1.3", typescript: "<6", "@types/node": "<21" });
        for (const [name, limit] of Object.entries(allowed)) {
            const [pinned, below] = [all[name]!, limit.slice(1)].map((version) => version.split(".").map(Number));
            const isBelow = pinned![0]! < below![0]! || (pinned![0] === below![0] && pinned![1]! < (below![1] ?? 0));
            assert.ok(isBelow, `${name} ${all[name]} is not ${limit}`);
        }
    });

    it("finds every version pinned exactly", () => {
        assert.deepEqual(
            Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version)),
            [],
        );
    });
});

describe("a form for an issue", () => {
    const folder = join(".github", "ISSUE_TEMPLATE");
    interface Form {
        name: string;
        description: string;
        body: { type: string; id?: string; attributes: { label?: string; value?: string; render?: string } }[];
    }

    for (const file of readdirSync(join(projectFolder, folder)).filter((name) => name !== "config.yml"))
        it(`${file} has what GitHub asks for: without it the form is not offered`, () => {
            const { name, description, body } = parse(read(join(folder, file))) as Form;
            for (const text of [name, description]) assert.ok(text.length > 3, text);
            const asked = body.filter(({ type }) => type !== "markdown");
            const ids = asked.map(({ id }) => id);
            assert.ok(ids.every((id) => /^[\w-]+$/.test(id ?? "")) && new Set(ids).size === ids.length, ids.join());
            for (const { type, attributes } of asked) {
                assert.ok(["input", "textarea", "dropdown", "checkboxes"].includes(type), type);
                assert.notEqual(attributes.label ?? "", "");
                assert.ok(attributes.render === undefined || type === "textarea", "only a text area is rendered");
            }
            for (const { type, attributes } of body) {
                if (type === "markdown") assert.notEqual(attributes.value ?? "", "");
            }
        });
});
