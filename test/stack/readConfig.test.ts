import assert from "node:assert/strict";
import type { z } from "zod";
import { readConfig } from "../../stack/readConfig";
import { secretKeys, stackSchema } from "../../stack/schema";
import { asProgram, configure, project, refusalOf, required } from "./support";

describe("the stack's configuration", () => {
    before(asProgram);
    const refusal = (over: Record<string, unknown>): string => refusalOf(() => readConfig(configure(over)));
    const problems = (over: Record<string, unknown>): string[] =>
        refusal(over)
            .split("\n")
            .filter((line) => line.startsWith("  - "))
            .map((line) => line.slice(4));

    it("needs the VIP, the API servers and the hosts, and nothing else", () => {
        const { vip, apiServers, hosts, port, apiServerPort, allowSingleHost, ssh, virtualMachines } =
            readConfig(configure());
        assert.deepEqual({ vip, apiServers, hosts }, required);
        assert.deepEqual(
            { port, apiServerPort, allowSingleHost, ssh, virtualMachines },
            { port: 6443, apiServerPort: 6443, allowSingleHost: false, ssh: {}, virtualMachines: {} },
        );
    });

    it("takes values in every form a person would give them", () => {
        const hosts = [
            {
                name: "vrrp1",
                address: "10.30.100.101",
                priority: 100,
                virtualMachine: { node: "pve1", vmId: 1101, template: { vmId: 9000 }, tags: ["a"], guestAgent: false },
            },
        ];
        const config = readConfig(
            configure({
                hosts,
                allowSingleHost: true,
                vrrp: { advertisementInterval: 0.5 },
                nginx: { source: "nginx.org" },
            }),
        );
        assert.deepEqual(config.hosts, hosts);
        assert.equal(config.allowSingleHost, true);
        assert.equal(config.vrrp.advertisementInterval, 0.5);
    });

    it("that lacks what is required names each key with the command that sets it, all in one error", () => {
        const message = refusal({ vip: "", apiServers: [], hosts: undefined });
        assert.match(message, /^The configuration of stack dev cannot be used\. Nothing was changed\.\n/);
        assert.match(message, /ha-api:vip: is missing; set it with: pulumi config set vip 10\.30\.100\.100\/24$/m);
        assert.match(
            message,
            /ha-api:apiServers: is missing; set it with: pulumi config set --path 'apiServers\[0\]' 10\.30\.100\.51$/m,
        );
        assert.match(
            message,
            /ha-api:hosts: is missing; set it with: pulumi config set --path 'hosts\[0\]\.name' vrrp1 && /m,
        );
        assert.equal(message.split("\n").length, 4);
    });

    for (const [what, over, problem] of [
        ["text instead of a number", { port: "many" }, 'ha-api:port: must be a number; received "many"'],
        ["true instead of a number", { port: true }, "ha-api:port: expected number; received true"],
        [
            "a word instead of true or false",
            { allowSingleHost: "maybe" },
            'ha-api:allowSingleHost: must be true or false; received "maybe"',
        ],
        [
            "a number instead of true or false",
            { allowSingleHost: 1 },
            "ha-api:allowSingleHost: expected boolean; received 1",
        ],
        [
            "one address instead of a list",
            { apiServers: "10.30.100.51" },
            'ha-api:apiServers: must be a list; received "10.30.100.51"',
        ],
        [
            "a list that YAML did not take for one",
            { apiServers: "10.30.100.51, 10.30.100.52" },
            'ha-api:apiServers: must be a list; received "10.30.100.51, 10.30.100.52"',
        ],
        [
            "keys and values instead of a list",
            { hosts: { vrrp1: "10.30.100.101" } },
            'ha-api:hosts: expected array; received {"vrrp1":"10.30.100.101"}',
        ],
        [
            "text instead of keys and values",
            { vrrp: "fast" },
            'ha-api:vrrp: must be a set of keys and values; received "fast"',
        ],
        [
            "text instead of a number deep inside",
            { hosts: [required.hosts[0], { ...required.hosts[1], priority: "high" }] },
            'ha-api:hosts[1].priority: expected number; received "high"',
        ],
        [
            "a number instead of text deep inside",
            { hosts: [{ name: 1, address: "10.30.100.101" }] },
            "ha-api:hosts[0].name: expected string; received 1",
        ],
        ["a host without address", { hosts: [{ name: "vrrp1" }] }, "ha-api:hosts[0].address: is missing"],
        [
            "an unknown key of a host",
            { hosts: [{ ...required.hosts[0], adress: "x" }] },
            "ha-api:hosts[0]: has unknown keys: adress",
        ],
        ["an unknown key of SSH", { ssh: { usr: "ops", key: "x" } }, "ha-api:ssh: has unknown keys: usr, key"],
        [
            "an unknown key of a VM",
            { virtualMachines: { template: { id: 9000, vmId: 9000 } } },
            "ha-api:virtualMachines.template: has unknown keys: id",
        ],
    ] as [string, Record<string, unknown>, string][]) {
        it(`refuses ${what}`, () => assert.deepEqual(problems(over), [problem]));
    }

    it("refuses an unknown choice, and says which there are", () => {
        assert.match(
            problems({ nginx: { source: "snap" } })[0]!,
            /^ha-api:nginx\.source: .*"distribution"\|"nginx\.org".*; received "snap"$/,
        );
    });

    it("refuses a key the project does not have, which is most often a slip of the keyboard", () => {
        const [problem, ...others] = problems({ vrpp: { routerId: 7 } });
        assert.deepEqual(others, []);
        assert.match(
            problem!,
            /^ha-api:vrpp: is not a key of this project; it has: vip, vip6, vips, hosts, .*, sshPrivateKey, proxmoxApiToken, .*kubeconfig$/,
        );
    });

    it("reports everything that is wrong at once, each key once", () => {
        const found = problems({ vip: undefined, port: "x", hosts: [{ name: 1 }], ssh: { usr: 1 } });
        assert.deepEqual(found.map((problem) => problem.split(": ")[0]!.replace("ha-api:", "")).sort(), [
            "hosts[0].address",
            "hosts[0].name",
            "port",
            "ssh",
            "vip",
        ]);
    });
});

describe("Pulumi.yaml", () => {
    const readApart = secretKeys;

    it("describes exactly the keys the program reads", () => {
        assert.deepEqual(Object.keys(project.config).sort(), [...Object.keys(stackSchema.shape), ...readApart].sort());
    });

    for (const [key, { type, description, default: fallback }] of Object.entries(project.config)) {
        it(`gives ${key} a type, a description and a default of that type`, () => {
            assert.match(description ?? "", /.{20}/);
            const types: Record<string, (value: unknown) => boolean> = {
                string: (value) => typeof value === "string",
                integer: Number.isInteger,
                boolean: (value) => typeof value === "boolean",
                array: Array.isArray,
                object: (value) => typeof value === "object" && value !== null && !Array.isArray(value),
            };
            assert.ok(types[type]?.(fallback), `${type}: ${JSON.stringify(fallback)}`);
        });
    }

    it("has the types the program expects", () => {
        const expected: Record<string, string> = {
            number: "integer",
            string: "string",
            enum: "string",
            optional: "object",
            boolean: "boolean",
            array: "array",
            object: "object",
        };
        for (const [key, { type }] of Object.entries(stackSchema.shape))
            assert.equal(project.config[key]?.type, expected[type], key);
        for (const key of readApart) assert.equal(project.config[key]?.type, "string");
    });

    it("names every setting of the groups in their descriptions", () => {
        for (const group of [
            "ssh",
            "vrrp",
            "nginx",
            "haproxy",
            "logs",
            "balancing",
            "proxmox",
            "virtualMachines",
        ] as const) {
            for (const key of Object.keys((stackSchema.shape[group] as z.ZodObject).shape)) {
                if (group === "virtualMachines" && key === "vmId") continue;
                assert.match(project.config[group]!.description!, new RegExp(`\\b${key}\\b`), `${group}: ${key}`);
            }
        }
    });
});
