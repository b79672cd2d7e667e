/** What operations.md, the guide and README print for a site and for its hosts, line by line, on a pair in the lab. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFolder } from "../../../tools/cache";
import { allBlocks, type Block, place } from "../../docs/blocks";
import { needsLab } from "../machines/support";
import {
    address,
    existingMachines,
    exampleStack,
    instance,
    waitForSingleMaster,
    Stack,
    startExistingMachines,
    stopExistingMachines,
} from "./support";
import { sshArguments } from "../../../proving-ground/lab/ssh";

/** Lines that are not run here, and where they are. */
const ELSEWHERE: [RegExp, string][] = [
    [
        /^(npm ci|git pull|pulumi login|pulumi stack (init|select)|pulumi preview|pulumi up( --config-file.*)?$)|config set (?!repairTrigger)/,
        "test/release/installed.test.ts, up to a preview",
    ],
    [/^npm run drill(?! -- --dry-run)/, "the drill's own tests: it takes minutes"],
    [
        /^npm run kubeconfig -- --stack NAME --out/,
        "test/lab/kubernetes/kubeconfig.test.ts: needs a stack with a kubeconfig",
    ],
    [/--policy-pack/, "test/examples/policyPack.test.ts: the language host built here starts no packs by itself"],
    [/packageUpgradeTrigger/, "test/lab/stack/unnoticed.test.ts: it takes minutes"],
    [/^(scp|sudo) /, "nowhere: they are for the reader's machine and Proxmox"],
    [/--import-file|^pulumi import /, "test/lab/faults/lostState.test.ts: for VMs whose state is lost"],
    [/^pulumi state delete/, "test/lab/stack/existingMachines.test.ts, when a machine is gone"],
    [/^pulumi stack rename/, "test/upgrade/moves.test.ts: later lines name the stack as it was"],
    [/^pulumi (destroy|stack rm)/, "the end of this test"],
];

const withoutComment = (line: string): string => line.replace(/ +# .*$/, "").trim();

interface Line {
    where: string;
    text: string;
}

function linesOf(blocks: Block[]): Line[] {
    return blocks.flatMap((block) =>
        block.text
            .split("\n")
            .map(withoutComment)
            .filter((text) => text !== "")
            .map((text) => ({ where: place(block), text })),
    );
}

describe("what the documents print for a site", function () {
    this.timeout(180_000);
    this.bail(true);
    const stack = new Stack("test-printed");
    const blocks = allBlocks().filter(({ language, file }) => language === "sh" && file !== join("docs", "lab.md"));
    const site = linesOf(blocks.filter(({ kind }) => kind === "site")).filter(
        ({ text }) => !ELSEWHERE.some(([pattern]) => pattern.test(text)),
    );
    let folder: string;

    before(async function () {
        this.timeout(400_000);
        await needsLab(this);
        folder = await mkdtemp(join(tmpdir(), "ha-api-printed-"));
        await mkdir(join(folder, ".kube"));
        await writeFile(
            join(folder, "admin.conf"),
            JSON.stringify({
                apiVersion: "v1",
                kind: "Config",
                clusters: [{ name: "c", cluster: { server: `https://${address(51)}:6443` } }],
                contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
                users: [{ name: "u", user: { token: "lab" } }],
                "current-context": "c",
            }),
        );
        await startExistingMachines(existingMachines);
        const example = exampleStack("existing-machines") as { hosts: object[] };
        // Under the names that the documents use; patient, since commands that compile beside the hosts are no fault of
        // theirs.
        await stack.create({
            ...example,
            vrrp: { profile: "tolerant" },
            hosts: existingMachines.map((machine, index) => ({ name: `vrrp${index + 1}`, address: machine.address })),
        });
        await stack.up();
    });
    after(async () => {
        await stack.remove();
        await stopExistingMachines(existingMachines);
        await rm(folder, { recursive: true, force: true });
    });

    /** A line as its reader would type it for this stack, without being asked. */
    function forThisStack(line: string): string {
        return line
            .replaceAll("10.30.100.", `${instance.subnet}.`)
            .replaceAll("NAME", stack.name)
            .replace("--stack other", `--stack ${stack.name}`)
            .replace("/srv/states", folder)
            .replace(/\b(admin|vip)\.conf\b/g, join(folder, "$1.conf"))
            .replace(/\bpulumi up\b/, "pulumi up --yes --skip-preview");
    }

    function shell(
        program: string,
        args: string[],
        input: string,
    ): Promise<{ status: number | null; stdout: string; output: string }> {
        return new Promise((resolve, reject) => {
            const child = spawn(program, args, {
                cwd: projectFolder,
                env: { ...process.env, ...stack.environment, HOME: folder },
            });
            let stdout = "",
                output = "";
            child.stdout.on("data", (data: Buffer) => {
                stdout += data.toString();
                output += data.toString();
            });
            child.stderr.on("data", (data: Buffer) => {
                output += data.toString();
            });
            child.on("error", reject);
            child.on("close", (status) => resolve({ status, stdout, output }));
            child.stdin.end(input);
        });
    }

    for (const { where, text } of site) {
        it(`${where}: ${text}`, async function () {
            this.retries(2);
            await waitForSingleMaster();
            const { status, stdout, output } = await shell("bash", ["-euo", "pipefail"], forThisStack(text));
            assert.equal(status, 0, output);
            if (text.startsWith("curl")) assert.equal(stdout.trim(), "401");
            if (text.endsWith("-s status -- --json"))
                assert.equal((JSON.parse(stdout) as { healthy: boolean }).healthy, true);
            if (text.includes(".files.")) assert.match(stdout, /^events \{|stream \{/m);
        });
    }

    for (const block of blocks.filter(({ kind }) => kind === "host")) {
        it(`${place(block)}: on the host that holds the VIP, as root`, async () => {
            const before = (await waitForSingleMaster()).address;
            const { status, output } = await shell(
                "ssh",
                [...sshArguments(instance, before), "sudo bash -euo pipefail"],
                block.text,
            );
            assert.equal(status, 0, output);
            if (block.text.includes("vrrp/kube_api")) assert.match(output, /^MASTER\n0\n[\s\S]*nginx answers\n$/);
            if (block.text.includes("/dev/tcp")) {
                const [answer, ...file] = output.trim().split("\n");
                assert.ok(answer!.length >= 12 && file.some((line) => line.includes(answer!)), output);
            }
            assert.equal(
                (await waitForSingleMaster()).address === before,
                !block.text.includes("switchover"),
                "the VIP moves by switchover alone",
            );
        });
    }

    it("pulumi destroy", async () => {
        await stack.must("destroy", "--yes", "--skip-preview");
    });
});
