/**
 * docs/environments.md by the real engine: from an empty repository to what protection refuses, as far as it goes
 * without hosts.
 */
import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { stateWithVirtualMachines, type Step } from "./plannedState";
import { Team } from "./team";

const TOKEN = "root@pam!pulumi=00000000-0000-0000-0000-000000000000";

/** Lines that contact Proxmox or hosts. */
const NOT_HERE = /^(pulumi up .*|npm run status .*)$/gm;

/** An npm that installs nothing, for `pulumi new`. */
const NO_NPM = "#!/bin/sh\nmkdir -p node_modules\n";

describe("the page of several environments, as printed", function () {
    this.timeout(300_000);
    this.bail(true);
    let team: Team;
    /** What `pulumi preview --json` says of prod. */
    let preview: string;

    before(async () => {
        team = await Team.create();
        preview = join(team.reader.folder, "prod.json");
    });
    after(() => team.reader.remove());

    const printed = (having: string): string => team.printed(having).replace(NOT_HERE, "");
    const pulumi = (words: string): Promise<string> => team.run(`pulumi ${words} --non-interactive`);

    it("makes a repository from the template, and installs the packed component into it", async () => {
        await team.makeRepository();
        const { name, dependencies } = JSON.parse(await readFile(join(team.repository, "package.json"), "utf8")) as {
            name: string;
            dependencies: Record<string, string>;
        };
        assert.equal(name, "kube-api");
        assert.match(dependencies["ha-api-load-balancer"]!, /^file:vendor\/ha-api-load-balancer-[\d.]+\.tgz$/);
    });

    for (const environment of ["dev", "staging", "prod"]) {
        it(`previews ${environment}`, async () => {
            if (environment === "dev") await team.run(printed("pulumi login"));
            const output = await team.run(team.stackCommands(environment), TOKEN);
            assert.match(output, /\+ 13 to create/);
            assert.match(output, new RegExp(`"${environment}-vrrp1"`));
            const { config } = parse(await readFile(join(team.repository, `Pulumi.${environment}.yaml`), "utf8")) as {
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
        await team.run(printed("examples/ci/github/*.yaml"));
        await team.run(printed("git commit"));
        const files = (await team.run("git ls-files")).split("\n");
        assert.ok(files.includes(".github/workflows/deploy.yaml"), files.join("\n"));
        assert.ok(files.includes("Pulumi.prod.yaml") && files.some((file) => file.endsWith(".tgz")), files.join("\n"));
        assert.deepEqual(
            files.filter((file) => file.endsWith(".key")),
            [],
        );
        assert.equal(await team.run("git status --short"), "");
    });

    it("writes the comment for a pull request", async () => {
        const command = printed("preview:comment").replace("--out", `--save ${preview} --out`);
        await team.run(command);
        const comment = await readFile(join(team.repository, "comment.md"), "utf8");
        assert.match(comment, /prod-vrrp1/);
        assert.doesNotMatch(comment, /\(kube-api\): |FAILED/, "nothing of the template is against the policies");
        assert.doesNotMatch(comment, /BEGIN|00000000-0000/);
    });

    it("has it say what is against a policy, and the job fail", async () => {
        const settings = join(team.repository, "Pulumi.prod.yaml");
        const before = await readFile(settings, "utf8");
        await writeFile(settings, before.replace("node: pve2", "node: pve1"));
        await assert.rejects(team.run(printed("preview:comment")));
        await writeFile(settings, before);
        const comment = await readFile(join(team.repository, "comment.md"), "utf8");
        assert.match(comment, /\*\*FAILED\*\*[\s\S]*hosts-on-different-nodes \(kube-api\): [\s\S]*on the node pve1/);
    });

    it("refuses to delete and to replace VMs of prod, in the preview", async () => {
        const { steps } = JSON.parse(await readFile(preview, "utf8")) as { steps: Step[] };
        const state = join(team.reader.folder, "planned.json");
        await writeFile(state, stateWithVirtualMachines(steps));
        await pulumi(`stack import --stack prod --file ${state}`);
        await assert.rejects(
            pulumi("destroy --stack prod --preview-only"),
            /prod-vrrp1-vm" cannot be deleted\s+because it is protected/,
        );
        const project = join(team.repository, "Pulumi.yaml");
        await writeFile(project, (await readFile(project, "utf8")).replace("vmId: 9000", "vmId: 9001"));
        await assert.rejects(
            pulumi("preview --stack prod"),
            /unable to replace resource "\S+prod-vrrp1-vm"\s+as it is currently marked for protection/,
        );
        await pulumi("config set --stack prod protect false");
        assert.match(await pulumi("preview --stack prod"), /\+-2 to replace/);
    });

    it("asks for a first stack's settings without --generate-only, which can be given as options", async () => {
        const own = join(team.reader.folder, "asked");
        const programs = join(team.reader.folder, "no-npm");
        for (const folder of [own, programs]) await mkdir(folder);
        await writeFile(join(programs, "npm"), NO_NPM, { mode: 0o755 });
        const template = join(team.reader.clone, "examples", "environments");
        const command = `pulumi new ${template} --name asked --stack first --yes --config vip=10.30.30.100/24`;
        await team.reader.run(`PATH="${programs}:$PATH" ${command}`, own);
        const config = JSON.parse(await team.reader.run("pulumi config --stack first --json", own)) as Record<
            string,
            { value: string }
        >;
        assert.equal(config["asked:vip"]?.value, "10.30.30.100/24");
        assert.deepEqual(JSON.parse(config["asked:apiServers"]!.value), ["10.30.10.51"]);
    });

    it("has no block that was left out", () => {
        const onlyHosts = team.blocks.filter(
            ({ text }) => text.startsWith("pulumi up ") || text.startsWith("npm ci\n"),
        );
        assert.equal(onlyHosts.length, 2);
        assert.deepEqual(
            team.blocks.filter((block) => !team.tried.has(block) && !onlyHosts.includes(block)).map(({ text }) => text),
            [],
        );
    });
});
