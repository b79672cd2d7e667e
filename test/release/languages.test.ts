/**
 * The programs of examples/languages, each with a stack of its own, bring the same two machines up and give them back.
 * They are as their readers have them, in a clone: what differs are the addresses and the user, which are the lab's.
 */
import assert from "node:assert/strict";
import { copyFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Status } from "../../cli/status";
import { keys } from "../../proving-ground/lab/pki";
import { projectFolder } from "../../tools/cache";
import { newReader, type Reader } from "../docs/ownPrograms";
import { foreignProgram, type ForeignProgram, LANGUAGES, noRuntime } from "../examples/foreignPrograms";
import { instance, needsLab } from "../lab/machines/support";
import { differences, snapshot, type Snapshot } from "../lab/stack/snapshot";
import {
    answersAtVip,
    existingMachine,
    startExistingMachines,
    stopExistingMachines,
    vipMasters,
} from "../lab/stack/support";

/** Under the names and addresses of the examples. */
const machines = [1, 2].map((n) => ({ ...existingMachine(n, 100 + n), name: `vrrp${n}` }));

const forTheLab = (text: string): string =>
    text.replaceAll("10.30.100.", `${instance.subnet}.`).replaceAll(/\broot\b/g, "ops");

interface Export {
    deployment: { resources?: object[] };
}

describe("programs of other languages", function () {
    this.timeout(240_000);
    this.bail(true);
    let reader: Reader;
    let key: string;
    const found = new Map<string, Snapshot>();

    before(async function () {
        this.timeout(900_000);
        await needsLab(this);
        await startExistingMachines(machines);
        reader = await newReader();
        await reader.run(`cp -al ${join(projectFolder, "node_modules")} node_modules`, reader.clone);
        await copyFile(keys(instance).sshKey, join(reader.folder, "home", ".ssh", "id_ed25519"));
        key = await readFile(keys(instance).sshKey, "utf8");
        for (const { name, address } of machines) found.set(name, await snapshot(address));
    });
    after(async () => {
        await stopExistingMachines(machines);
        await reader.remove();
    });

    /** Some line of the key in the middle of it. */
    const tellsTheKey = (text: string): boolean => text.includes(key.split("\n")[2]!);

    for (const language of LANGUAGES)
        describe(`in ${language}`, () => {
            let program: ForeignProgram;
            let printed = "";

            before(async function () {
                this.timeout(600_000);
                const missing = await noRuntime(language);
                if (missing !== undefined) {
                    process.stderr.write(`skipped: ${missing}\n`);
                    this.skip();
                }
                program = await foreignProgram(reader, language, forTheLab);
                await program.run(
                    "pulumi stack init test\npulumi config set --secret sshPrivateKey < ~/.ssh/id_ed25519",
                );
            });
            after(async () => {
                await program?.run("pulumi destroy --yes --skip-preview; pulumi stack rm --yes").catch(() => undefined);
            });

            it("make a pair that answers at the VIP", async () => {
                printed += await program.run("pulumi preview --diff");
                printed += await program.run("pulumi up --yes --skip-preview");
                await answersAtVip();
            });

            it("are not to change anything by a second preview", async () => {
                printed += await program.run("pulumi preview --diff --expect-no-changes");
            });

            it("give a key that stays a secret: in what is printed, and in the state", async () => {
                const state = await program.run("pulumi stack export 2> /dev/null");
                assert.ok(!tellsTheKey(printed), "what was printed");
                assert.ok(!tellsTheKey(state), "the state");
                assert.ok(tellsTheKey(await program.run("pulumi stack export --show-secrets")), "it is there");
            });

            it("export what `npm run status` and `drift` need", async () => {
                const stack = `--stack organization/own-${language}/test`;
                const status = await reader.run(`npm run -s status -- --json ${stack}`, reader.clone);
                assert.deepEqual((JSON.parse(status) as Status).problems, []);
                assert.equal((JSON.parse(status) as Status).heldBy.length, 1);
                await reader.run(`npm run -s drift -- ${stack}`, reader.clone);
            });

            it("leave nothing behind when they are destroyed", async () => {
                printed = await program.run("pulumi destroy --yes --skip-preview");
                assert.ok(!tellsTheKey(printed), "what was printed");
                const { deployment } = JSON.parse(await program.run("pulumi stack export 2> /dev/null")) as Export;
                assert.deepEqual(deployment.resources ?? [], []);
                assert.deepEqual(await vipMasters(), []);
                for (const { name, address } of machines)
                    assert.deepEqual(differences(found.get(name)!, await snapshot(address)), [], name);
            });
        });
});
