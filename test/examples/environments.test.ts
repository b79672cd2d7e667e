/**
 * docs/environments.md by the real engine: from an empty repository to what protection refuses, as far as it goes
 * without hosts.
 */
import assert from "node:assert/strict";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { projectFolder } from "../../tools/cache";
import { blocksOf } from "../docs/blocks";
import { newReader, type Reader } from "../docs/ownPrograms";
import { stateWithVirtualMachines, type Step } from "./plannedState";

const TOKEN = "root@pam!pulumi=00000000-0000-0000-0000-000000000000";

/** Lines that contact Proxmox or hosts, and those of a job which were tried a block before. */
const NOT_HERE = /^(pulumi up .*|npm ci|pulumi preview --stack prod|\(.*npm run status .*)$/gm;

/** An npm that installs nothing, for `pulumi new`. */
const NO_NPM = "#!/bin/sh\nmkdir -p node_modules\n";

describe("the page of several environments, as printed", function () {
    this.timeout(300_000);
    this.bail(true);
    const blocks = blocksOf(join("docs", "environments.md")).filter(({ kind }) => kind === "team");
    const tried = new Set<string>();
    let reader: Reader;
    let repository: string;
    /** What `pulumi preview --json` says of prod. */
    let preview: string;

    before(async () => {
        reader = await newReader();
        repository = join(reader.folder, "kube-api");
        preview = join(reader.folder, "prod.json");
        // A clone that has what it needs: that it installs it by itself is tested in installed.test.ts.
        await symlink(join(projectFolder, "node_modules"), join(reader.clone, "node_modules"));
        await writeFile(
            join(reader.folder, "home", ".gitconfig"),
            "[user]\n\tname = A reader\n\temail = reader@example.com\n",
        );
    });
    after(() => reader.remove());

    /** The page's one block with that text in it, without what cannot be done here. */
    function printed(having: string): string {
        const [block, ...others] = blocks.filter(({ text }) => text.includes(having));
        assert.ok(block !== undefined && others.length === 0, `one block has: ${having}`);
        tried.add(block.text);
        return block.text
            .replace(/s3:\/\/\S+/, `file://${join(reader.folder, "state")}`)
            .replace(/(pulumi new .*)/, "$1 --yes")
            .replace("(cd ../ha-api-load-balancer && npm run", `(cd ${projectFolder} && npm run`)
            .replace(/(--folder|--out) \.\.\/kube-api/g, `$1 ${repository}`)
            .replace(NOT_HERE, "");
    }

    const pulumi = (words: string): Promise<string> => reader.run(`pulumi ${words} --non-interactive`, repository);

    it("makes a repository from the template, and installs the packed component into it", async () => {
        await reader.run(printed("pulumi new"), reader.folder);
        await reader.run(printed("npm pack"), repository);
        const { name, dependencies } = JSON.parse(await readFile(join(repository, "package.json"), "utf8")) as {
            name: string;
            dependencies: Record<string, string>;
        };
        assert.equal(name, "kube-api");
        assert.match(dependencies["ha-api-load-balancer"]!, /^file:vendor\/ha-api-load-balancer-[\d.]+\.tgz$/);
    });

    for (const environment of ["dev", "staging", "prod"]) {
        it(`previews ${environment}`, async () => {
            if (environment === "dev") await reader.run(printed("pulumi login"), repository);
            const commands = printed("pulumi stack init").replace(/\bdev\b/g, environment);
            const output = await reader.run(commands, repository, TOKEN);
            assert.match(output, /\+ 11 to create/);
            assert.match(output, new RegExp(`"${environment}-vrrp1"`));
            const { config } = parse(await readFile(join(repository, `Pulumi.${environment}.yaml`), "utf8")) as {
                config: Record<string, { secure?: string }>;
            };
            for (const secret of ["sshPrivateKey", "proxmoxApiToken"])
                assert.match(config[`kube-api:${secret}`]?.secure ?? "", /^v1:/);
        });
    }

    it("takes a key of an environment before the shared one, as a whole", async () => {
        const valuesOf = async (environment: string) =>
            JSON.parse(await pulumi(`config --stack ${environment} --json`)) as Record<
                string,
                { objectValue: unknown }
            >;
        const [dev, prod] = await Promise.all([valuesOf("dev"), valuesOf("prod")]);
        assert.deepEqual(dev["kube-api:vrrp"]?.objectValue, { profile: "balanced" });
        assert.deepEqual(prod["kube-api:vrrp"]?.objectValue, { profile: "tolerant" });
        assert.deepEqual(prod["kube-api:virtualMachines"], dev["kube-api:virtualMachines"]);
    });

    it("commits everything but the private keys", async () => {
        await reader.run(printed("git commit"), repository);
        const files = (await reader.run("git ls-files", repository)).split("\n");
        assert.ok(files.includes("Pulumi.prod.yaml") && files.some((file) => file.endsWith(".tgz")), files.join("\n"));
        assert.deepEqual(
            files.filter((file) => file.endsWith(".key")),
            [],
        );
        assert.equal(await reader.run("git status --short", repository), "");
    });

    it("writes the comment for a pull request", async () => {
        const command = printed("preview:comment").replace("--out", `--save ${preview} --out`);
        await reader.run(command, repository);
        const comment = await readFile(join(repository, "comment.md"), "utf8");
        assert.match(comment, /prod-vrrp1/);
        assert.doesNotMatch(comment, /BEGIN|00000000-0000/);
    });

    it("refuses to delete and to replace VMs of prod, in the preview", async () => {
        const { steps } = JSON.parse(await readFile(preview, "utf8")) as { steps: Step[] };
        const state = join(reader.folder, "planned.json");
        await writeFile(state, stateWithVirtualMachines(steps));
        await pulumi(`stack import --stack prod --file ${state}`);
        await assert.rejects(
            pulumi("destroy --stack prod --preview-only"),
            /prod-vrrp1-vm" cannot be deleted\s+because it is protected/,
        );
        const project = join(repository, "Pulumi.yaml");
        await writeFile(project, (await readFile(project, "utf8")).replace("vmId: 9000", "vmId: 9001"));
        await assert.rejects(
            pulumi("preview --stack prod"),
            /unable to replace resource "\S+prod-vrrp1-vm"\s+as it is currently marked for protection/,
        );
        await pulumi("config set --stack prod protect false");
        assert.match(await pulumi("preview --stack prod"), /\+-2 to replace/);
    });

    it("asks for a first stack's settings without --generate-only, which can be given as options", async () => {
        const own = join(reader.folder, "asked");
        const programs = join(reader.folder, "bin");
        for (const folder of [own, programs]) await mkdir(folder);
        await writeFile(join(programs, "npm"), NO_NPM, { mode: 0o755 });
        const template = join(reader.clone, "examples", "environments");
        const command = `pulumi new ${template} --name asked --stack first --yes --config vip=10.30.30.100/24`;
        await reader.run(`PATH="${programs}:$PATH" ${command}`, own);
        const config = JSON.parse(await reader.run("pulumi config --stack first --json", own)) as Record<
            string,
            { value: string }
        >;
        assert.equal(config["asked:vip"]?.value, "10.30.30.100/24");
        assert.deepEqual(JSON.parse(config["asked:apiServers"]!.value), ["10.30.10.51"]);
    });

    it("has no block that was left out", () => {
        const onlyHosts = blocks.filter(({ text }) => text.startsWith("pulumi up ") || text.startsWith("npm ci\n"));
        assert.equal(onlyHosts.length, 2);
        assert.deepEqual(
            blocks.filter((block) => !tried.has(block.text) && !onlyHosts.includes(block)).map(({ text }) => text),
            [],
        );
    });
});
