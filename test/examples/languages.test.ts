/** What a program of another language sees before anything is made: by the engine, with the clone as its plugin. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { projectFolder } from "../../tools/cache";
import { newReader, type Reader } from "../docs/ownPrograms";
import { foreignProgram, type ForeignProgram } from "./foreignPrograms";

interface Preview {
    steps: { op: string; newState?: { type: string } }[];
}

describe("the component in a program in YAML", function () {
    this.timeout(900_000);
    let reader: Reader;
    let program: ForeignProgram;

    before(async () => {
        reader = await newReader();
        // The packages of this checkout, which the plugin needs as npm ci in the clone makes them.
        await reader.run(`cp -al ${join(projectFolder, "node_modules")} node_modules`, reader.clone);
        program = await foreignProgram(reader, "yaml", (text) =>
            text
                .replace("hosts: ${hosts}", 'hosts: [{ name: "${first}", address: 10.30.100.101 }, "${hosts[1]}"]')
                .replace("config:\n", "config:\n  first: { type: string, default: vrrp1 }\n"),
        );
        await program.run("pulumi stack init test\npulumi config set --secret sshPrivateKey < ~/.ssh/id_ed25519");
    });
    after(() => reader.remove());

    /** What a preview prints that is refused. */
    const refused = (): Promise<string> => program.run("! pulumi preview --non-interactive");

    it("is previewed, and the key stays a secret", async () => {
        const preview = await program.run("pulumi preview --json 2> /dev/null");
        const { steps } = JSON.parse(preview) as Preview;
        const created = steps.filter(({ op }) => op === "create").map(({ newState }) => newState?.type);
        assert.equal(created.length, 8, created.join(", "));
        assert.equal(created.filter((type) => type === "ha-api-load-balancer:index:HaApiLoadBalancer").length, 1);
        assert.doesNotMatch(preview, /PRIVATE KEY/);
    });

    it("is told all that is wrong at once, and what was received", async () => {
        await program.run("pulumi config set vip 10.30.100\npulumi config set first First_Host");
        const output = await refused();
        assert.match(output, /kube-api' has a problem: The inputs of HaApiLoadBalancer cannot be used, 2 problems\./);
        for (const part of [
            /- vip: must be .*; received "10\.30\.100"$/m,
            /- hosts\[0\]\.name: .*; received "First_Host"$/m,
        ])
            assert.match(output, part);
        await program.run("pulumi config rm vip");
    });

    it("is refused a name that is a secret, which is not shown", async () => {
        await program.run("pulumi config set --secret first hidden-name");
        const output = await refused();
        assert.match(output, /- hosts\[0\]\.name: .*, known when the program runs: .*; received "an output"/);
        assert.doesNotMatch(output, /hidden-name/);
    });
});
