/**
 * YAML of the documents and the stack files of the examples: read as the stack reads it, and accepted by the
 * component's model.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { resolveModel } from "../../components/model/resolve";
import { readConfig } from "../../stack/readConfig";
import { projectFolder } from "../../tools/cache";
import { asProgram, configure } from "../stack/support";
import { allBlocks, place } from "./blocks";

type Keys = Record<string, unknown>;

const PREFIX = "ha-api:";

/** Files that the reader brings stand in the keys' place here: what they hold is tested with the stack's settings. */
function modelOf(keys: Keys): void {
    const config = readConfig(configure(keys));
    const {
        proxmox: _proxmox,
        ssh,
        tls: _tls,
        clusterCertificateAuthorityFile: _authority,
        kubeconfigFile: _kubeconfig,
        ...stack
    } = config;
    const { privateKeyFile: _private, publicKeyFile: _public, ...login } = ssh;
    // Layer 7 needs the files; without them everything else is checked as for layer 4.
    resolveModel({
        ...stack,
        layer: 4,
        ssh: { ...login, authorizedKeys: [`ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)}`] },
    });
}

function keysOf(text: string, isWhole: boolean): Keys {
    const parsed = parse(text) as Keys;
    const config = (isWhole ? parsed["config"] : parsed) as Keys;
    if (isWhole)
        assert.deepEqual(
            Object.keys(parsed).filter((key) => !["config", "encryptionsalt"].includes(key)),
            [],
        );
    return Object.fromEntries(
        Object.entries(config).map(([key, value]) => {
            assert.ok(key.startsWith(PREFIX), `${key} has no ${PREFIX}`);
            return [key.slice(PREFIX.length), value];
        }),
    );
}

describe("YAML in the documents", () => {
    before(asProgram);
    const blocks = allBlocks().filter(({ language }) => language === "yaml");

    const minimal = blocks.find(({ file, kind }) => file === "README.md" && kind === "stack")!;

    for (const block of blocks.filter(({ kind }) => kind === "stack" || kind === "part")) {
        // Some keys are read on top of README's first stack, as its reader would write them.
        const base = block.kind === "part" ? keysOf(minimal.text, true) : {};
        it(`${place(block)} (${block.kind}) is accepted`, () =>
            modelOf({ ...base, ...keysOf(block.text, block.kind === "stack") }));
    }
    for (const block of blocks.filter(({ kind }) => kind === "cluster" || kind === "project")) {
        it(`${place(block)} (${block.kind}) is YAML`, () => assert.equal(typeof parse(block.text), "object"));
    }

    const stacks = join("examples", "stacks");
    for (const name of readdirSync(join(projectFolder, stacks))) {
        it(`${join(stacks, name)} is accepted`, () => {
            const keys = keysOf(readFileSync(join(projectFolder, stacks, name), "utf8"), true);
            // A name is asked for by the program before the model sees it.
            modelOf({ ...keys, vip: /^\d/.test(String(keys["vip"])) ? keys["vip"] : "10.30.100.100/24" });
        });
    }

    it("sees that a key is misspelt, and that a value cannot be", () => {
        assert.throws(() => modelOf(keysOf("ha-api:hostz: []\n", false)), /hostz/);
        assert.throws(() => modelOf(keysOf("ha-api:vip: 10.30.100.300\n", false)), /vip/);
    });
});
