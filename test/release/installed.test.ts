/**
 * The documents' and the example's way to a program of one's own, as printed, from a clone that nothing was installed
 * in.
 */
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { allBlocks, theBlock } from "../docs/blocks";
import { checkersOf, imagePath } from "../../proving-ground/lab/hypervisor/image";
import { RELEASES } from "../../proving-ground/lab/release";
import { noCheckers, prepareCheckers } from "../checkers";
import { newReader, type Reader } from "../docs/ownPrograms";
import { makePolicyHost, startedHere } from "../examples/policyHost";
import { pluginSchema } from "../docs/plugin";

const TOKEN = "root@pam!pulumi=00000000-0000-0000-0000-000000000000";

describe("the component in a program of one's own, as printed", function () {
    this.timeout(600_000);
    const page = join("docs", "own-program.md");
    const example = join("examples", "own-stack", "README.md");
    let reader: Reader;

    // One clone, which the first test finds fresh: what installs from it installs what it needs.
    before(async () => {
        reader = await newReader();
        await makePolicyHost(reader.bin);
    });
    after(() => reader.remove());

    /** Types and what is planned, for the page's program in `folder`, into which the package is installed. */
    async function worksWithProxmox(folder: string): Promise<void> {
        await writeFile(join(folder, "index.ts"), theBlock(page, "ts", "program").text);
        await reader.run("npx --no-install tsc --noEmit", folder);
        const login = theBlock(page, "sh", "program", "pulumi stack init").text.replace(
            "init prod",
            `init ${basename(folder)}`,
        );
        const output = await reader.run(login, folder, TOKEN);
        assert.match(output, /\+ 13 to create/);
        const versions = await reader.run("npm ls --all --parseable @pulumi/pulumi", folder);
        assert.equal(versions.trim().split("\n").length, 1, `one copy of the SDK, not:\n${versions}`);
    }

    /** A block about prod, of the stack that is there. */
    const named = (text: string, folder: string): string => text.replace("--stack prod", `--stack ${basename(folder)}`);

    it("installs from a fresh clone, compiles, and previews", async () => {
        await assert.rejects(readdir(join(reader.clone, "node_modules")));
        const folder = await reader.program("my-site");
        await reader.run(theBlock(page, "sh", "program", "--install-links").text, folder);
        await worksWithProxmox(folder);
    });

    it("installs from the packed file, compiles, and previews", async () => {
        const folder = await reader.program("my-other-site");
        await reader.run("cp ../ha-api-load-balancer/examples/own-stack/{Pulumi.yaml,tsconfig.json} .", folder);
        await reader.run(theBlock(page, "sh", "program", "npm pack").text, folder);
        await worksWithProxmox(folder);
        const versions = JSON.parse(await readFile(join(reader.clone, "package.json"), "utf8")) as { version: string };
        assert.ok(
            (await readdir(reader.clone)).includes(`ha-api-load-balancer-${versions.version}.tgz`),
            "the clone holds the packed file",
        );
        const comment = await reader.run(named(theBlock(page, "sh", "program", "npm pkg set").text, folder), folder);
        assert.match(comment, /^### Preview of `\S+\/my-other-site`: new hosts$/m);
        const [copy, ...rest] = theBlock(join("docs", "policies.md"), "sh", "program").text.split("\n");
        await reader.run(copy!, folder);
        await startedHere(join(folder, "policy"));
        const judged = await reader.run(rest.join("\n"), folder);
        assert.match(judged, /Policies:\n\s+\S+ ha-api-load-balancer@v/);
    });

    it(
        "previews README's own site in the clone, in the order in which it is printed, and as a job for pull " +
            "requests does",
        async () => {
            const own = join(reader.folder, "my-site-settings");
            await mkdir(own);
            for (const folder of [reader.clone, own])
                await writeFile(
                    join(folder, "Pulumi.prod.yaml"),
                    theBlock("README.md", "yaml", "stack", "virtualMachine").text,
                );
            // The state is in a folder here, and nothing is brought up.
            const here = (text: string) =>
                text
                    .replace(/s3:\/\/\S+/, `file://${join(reader.folder, "state")}`)
                    .replace(/^ *(pulumi up|npm run)( .*)?$/gm, "");
            const first = await reader.run(here(theBlock("README.md", "sh", "site").text), reader.clone, TOKEN);
            assert.match(first, /\+ 13 to create/);
            assert.match(
                await readFile(join(reader.clone, "Pulumi.prod.yaml"), "utf8"),
                /ha-api:proxmoxApiToken:\n +secure: v1:/,
            );
            const job = await reader.run(
                here(theBlock(join("docs", "pull-requests.md"), "sh", "job").text.replace(/^npm ci$/m, "")),
                reader.clone,
            );
            assert.match(job, /\+ 13 to create/);
            const comment = await reader.run("npm run -s preview:comment -- --stack prod", reader.clone);
            assert.match(comment, /^<!-- .* -->\n### Preview of `ha-api\/prod`: new hosts\n\nResources: 13 created\./);
            if (noCheckers() === false) {
                await prepareCheckers();
                const root = imagePath(checkersOf(RELEASES[0]));
                const verdict = await reader.run(`npm run -s validate -- --stack prod --root ${root}`, reader.clone);
                assert.match(verdict, /^vrrp1: nginx accepts its configuration$/m);
            }
            const apart = theBlock(join("docs", "operations.md"), "sh", "site", "--config-file").text.replaceAll(
                "../my-site/",
                `${own}/`,
            );
            assert.match(await reader.run(here(apart), reader.clone, TOKEN), /\+ 13 to create/);
            assert.match(
                await readFile(join(own, "Pulumi.prod.yaml"), "utf8"),
                /ha-api:proxmoxApiToken:\n +secure: v1:/,
            );
        },
    );

    it("takes the guide's way to set keys one by one", async () => {
        await reader.run("pulumi stack init typed", reader.clone);
        await reader.run(theBlock(join("docs", "guide.md"), "sh", "site", "hosts[0].name").text, reader.clone, TOKEN);
        const config = JSON.parse(await reader.run("pulumi config --json", reader.clone)) as Record<
            string,
            { value?: string; secret: boolean }
        >;
        assert.equal(config["ha-api:hosts"]?.value, '[{"address":"10.30.100.101","name":"vrrp1"}]');
        assert.deepEqual(
            ["proxmoxApiToken", "sshPrivateKey"].map((key) => config[`ha-api:${key}`]?.secret),
            [true, true],
        );
    });

    it("gives its schema to programs of other languages, as a plugin from the clone", async () => {
        const schema = JSON.parse(await pluginSchema(reader.clone)) as {
            resources: Record<string, { isComponent: boolean }>;
        };
        assert.deepEqual(
            Object.entries(schema.resources).map(([token, { isComponent }]) => [token, isComponent]),
            [["ha-api-load-balancer:index:HaApiLoadBalancer", true]],
        );
        const [packed] = JSON.parse(await reader.run("npm pack --dry-run --json --ignore-scripts", reader.clone)) as {
            files: { path: string }[];
        }[];
        assert.ok(
            !packed!.files.some(({ path }) => path === "PulumiPlugin.yaml"),
            "the packed file, which holds no TypeScript, is no plugin",
        );
    });

    it("names commands and options of pulumi that there are", async () => {
        const calls = new Set(
            allBlocks()
                .filter(({ language }) => language === "sh")
                .flatMap(({ text }) =>
                    [...text.replace(/ +# .*$/gm, "").matchAll(/\bpulumi ([^\n|;&)<]+)/g)].map(([, words]) =>
                        words!.trim(),
                    ),
                ),
        );
        const wrong: string[] = [];
        const helps = new Map<string, string>();
        for (const call of calls) {
            const words = call.split(/\s+/);
            const command = words
                .slice(
                    0,
                    ["stack", "state", "config", "package", "policy"].includes(words[0]!) &&
                        /^[a-z][a-z-]*$/.test(words[1] ?? "")
                        ? 2
                        : 1,
                )
                .join(" ");
            if (!helps.has(command)) helps.set(command, await reader.run(`pulumi ${command} --help`, reader.folder));
            const help = helps.get(command)!;
            // A word that pulumi does not know gets the help of what it belongs to, whose usage and aliases have not
            // that word.
            if (!new RegExp(`^(Usage|Aliases):\\n(?: .*\\n)*? .*\\b${command.split(" ").at(-1)}\\b`, "m").test(help))
                wrong.push(`pulumi ${command}`);
            wrong.push(
                ...words
                    .filter((word) => word.startsWith("--") && !new RegExp(`${word}\\b`).test(help))
                    .map((option) => `pulumi ${command} ${option}`),
            );
        }
        assert.deepEqual(wrong, []);
        assert.ok(helps.size > 6, [...helps.keys()].join(", "));
    });

    it("previews the example where it is", async () => {
        const output = await reader.run(
            theBlock(example, "sh", "example").text,
            join(reader.clone, "examples", "own-stack"),
        );
        assert.match(output, /\+ 10 to create/);
        assert.match(output, /kubeconfigServerUrl *: "https:\/\/10\.30\.100\.100:6443"/);
    });

    it("previews the example in a folder beside the clone", async () => {
        const folder = await reader.program("my-machines");
        await reader.run(theBlock(example, "sh", "program", "--install-links").text, folder);
        await reader.run("npx --no-install tsc --noEmit", folder);
        const output = await reader.run(
            "pulumi stack init beside && pulumi config set --secret sshPrivateKey < ~/.ssh/id_ed25519 && " +
                "pulumi preview",
            folder,
        );
        assert.match(output, /\+ 10 to create/);
    });
});
