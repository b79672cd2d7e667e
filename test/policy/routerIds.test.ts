/** Router ids of other stacks: of exported states, and of a backend in a folder. */
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Resource } from "../../policy/resource";
import { NotApplicable } from "../../policy/rule";
import { routerIds } from "../../policy/rules/routerIds";
import { virtualMachines } from "../components/support";
import { judged, messages, ofProject, stackOf } from "./support";

const sameNetwork = { vip: "10.30.100.110/24", vrrp: { routerId: 100 } };

describe("the rule on VRRP router ids", () => {
    let folder: string;
    beforeEach(async () => {
        folder = await mkdtemp(join(tmpdir(), "ha-api-policy-"));
    });
    afterEach(() => rm(folder, { recursive: true }));

    /** As Pulumi writes them: inputs where the rules have props, secrets closed. */
    async function write(name: string, resources: Resource[], wrap: (list: object[]) => object): Promise<string> {
        const list = resources.map(({ urn, type, parent, props }) => ({
            urn,
            type,
            parent,
            inputs: { ...props, connection: { "4dabf18193072939515e22adb298388d": "1b47", ciphertext: "v1:x" } },
        }));
        const path = join(folder, name);
        const text = JSON.stringify(wrap(list));
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, path.endsWith(".gz") ? gzipSync(text) : text);
        return path;
    }
    const exported = (resources: object[]): object => ({ version: 3, deployment: { resources } });
    const kept = (resources: object[]): object => ({ version: 3, checkpoint: { stack: "s", latest: { resources } } });

    it("finds the same id in an exported state, alone or in a folder", async () => {
        const file = await write("exports/other.json", stackOf(virtualMachines(sameNetwork), "other"), exported);
        for (const states of [[file], [dirname(file)]]) {
            const [message, ...others] = await messages(routerIds, stackOf(), { states });
            assert.match(
                message!,
                /^kube-api of ha-api\/dev: VRRP router id 100 is that of kube-api of ha-api\/other too, whose VIP 10\.30\.100\.110 is in the same network as 10\.30\.100\.100\. Set vrrp\.routerId/,
            );
            assert.deepEqual(others, []);
        }
    });

    it("finds it in a backend in a folder, by the setting or by PULUMI_BACKEND_URL, packed or not", async () => {
        const other = ofProject("edge", stackOf(virtualMachines(sameNetwork), "prod"));
        await write(".pulumi/stacks/edge/prod.json.gz", other, kept);
        await write(".pulumi/stacks/edge/prod.json.bak", other, kept);
        await write(".pulumi/stacks/old.json", [], () => ({ version: 3, checkpoint: { stack: "old", latest: null } }));
        const url = `file://${folder}`;
        const expected = /router id 100 is that of kube-api of edge\/prod too/;
        assert.match((await messages(routerIds, stackOf(), { backend: url }))[0]!, expected);
        const found = await messages(routerIds, stackOf(), {}, { PULUMI_BACKEND_URL: `${url}?no_tmp_dir=true` });
        assert.equal(found.length, 1);
        assert.match(found[0]!, expected);
    });

    it("lets pass another id, another network, and the stack's own state", async () => {
        const states = [
            await write("a.json", stackOf(virtualMachines({ vip: "10.30.100.110/24" }), "a"), exported),
            await write(
                "b.json",
                stackOf(
                    virtualMachines({
                        vip: "10.40.100.100/24",
                        apiServers: ["10.40.100.51"],
                        hosts: [
                            { name: "vrrp1", address: "10.40.100.101", virtualMachine: { node: "pve1" } },
                            { name: "vrrp2", address: "10.40.100.102", virtualMachine: { node: "pve2" } },
                        ],
                        virtualMachines: { template: { vmId: 9000, node: "pve1" }, gateway: "10.40.100.1" },
                    }),
                    "b",
                ),
                exported,
            ),
            await write("dev.json", stackOf(), exported),
        ];
        assert.deepEqual(await judged(routerIds, stackOf(), { states }), []);
        assert.equal((await judged(routerIds, stackOf(), { states, prefixLength: 0 })).length, 1);
    });

    it("compares load balancers of one stack", async () => {
        const other = JSON.parse(
            JSON.stringify(stackOf(virtualMachines(sameNetwork))).replaceAll("kube-api", "other"),
        ) as Resource[];
        // The files keep the name of their listener.
        const restored = other.map((one) => ({
            ...one,
            props: stackOf(virtualMachines(sameNetwork))[other.indexOf(one)]!.props,
        }));
        const found = await messages(routerIds, [...stackOf(), ...restored]);
        assert.match(found[0]!, /^other of ha-api\/dev: VRRP router id 100 is that of kube-api of ha-api\/dev too/);
        assert.equal(found.length, 1);
    });

    it("says that it has nothing to judge by, or that a file is none it can read", async () => {
        const applicable = (env: Record<string, string>) => judged(routerIds, stackOf(), {}, env);
        await assert.rejects(applicable({}), NotApplicable);
        await assert.rejects(
            applicable({ PULUMI_BACKEND_URL: "s3://bucket" }),
            /no state of another stack can be read/,
        );
        await assert.rejects(judged(routerIds, []), NotApplicable);
        await assert.rejects(
            judged(routerIds, stackOf(), { states: [join(folder, "none.json")] }),
            /none\.json: there is no such file or folder\. Write it with pulumi stack export --file/,
        );
        const wrong = join(folder, "wrong.json");
        await writeFile(wrong, "{}");
        await assert.rejects(judged(routerIds, stackOf(), { states: [wrong] }), /wrong\.json is no state of a stack/);
    });
});
