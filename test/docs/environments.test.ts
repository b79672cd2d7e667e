/** examples/environments, the template of docs/environments.md: files fit together, and the component takes them. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { resolveModel } from "../../components/model/resolve";
import { projectFolder } from "../../tools/cache";
import { theBlock } from "./blocks";

type Keys = Record<string, unknown>;

const folder = join(projectFolder, "examples", "environments");
const textOf = (name: string): string => readFileSync(join(folder, name), "utf8");

const project = parse(textOf("Pulumi.yaml")) as {
    config: Record<string, { type: string; default: unknown }>;
    template: { config: Record<string, { description: string; default: string }> };
    requiredPulumiVersion: string;
};
const shared: Keys = Object.fromEntries(Object.entries(project.config).map(([key, value]) => [key, value.default]));

const ENVIRONMENTS = ["dev", "staging", "prod"];
const ownKeys = (environment: string): Keys => (parse(textOf(`Pulumi.${environment}.yaml`)) as { config: Keys }).config;

/** Set by commands on the page, since they are secrets, or belong to one. */
const SET_BY_COMMAND = ["proxmoxApiToken", "sshPrivateKey", "sshPublicKey"];

/** What the program reads, and whether it can do without. */
const read = new Map(
    [...textOf("index.ts").matchAll(/\bconfig\.(require|get)\w*(?:<[^(]*>)?\("(\w+)"\)/g)].map(([, how, key]) => [
        key!,
        how === "require",
    ]),
);

describe("the template of several environments", () => {
    it("has the files of a Pulumi program, and those of three environments", () => {
        assert.deepEqual(
            readdirSync(folder)
                .filter((name) => !["node_modules", "package-lock.json"].includes(name))
                .sort(),
            [
                ".gitignore",
                ".node-version",
                ...["dev", "prod", "staging"].map((environment) => `Pulumi.${environment}.yaml`),
                "Pulumi.yaml",
                "README.md",
                "index.ts",
                "package.json",
                "policy",
                "tsconfig.json",
            ],
        );
    });

    it("installs the versions that the package has itself", () => {
        interface Package {
            dependencies: Record<string, string>;
            devDependencies: Record<string, string>;
        }
        const own = JSON.parse(readFileSync(join(projectFolder, "package.json"), "utf8")) as Package;
        const { dependencies, devDependencies } = JSON.parse(textOf("package.json")) as Package;
        const all = { ...own.devDependencies, ...own.dependencies };
        assert.deepEqual(
            Object.entries({ ...dependencies, ...devDependencies }).filter(([name, version]) => all[name] !== version),
            [],
        );
        const { requiredPulumiVersion } = parse(readFileSync(join(projectFolder, "Pulumi.yaml"), "utf8")) as Keys;
        assert.equal(project.requiredPulumiVersion, requiredPulumiVersion);
    });

    it("has the commands of the package by the names that they have in a clone, and the same Node.js", () => {
        const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Record<string, string> };
        const bootstrap = readFileSync(join(projectFolder, "tools", "bootstrap.cjs"), "utf8");
        const commands = [...bootstrap.matchAll(/\["cli\/main\.ts", "(\S+)"\]/g)].map(([, name]) => name!);
        const wanted = Object.fromEntries(commands.map((name) => [name, `ha-api ${name}`]));
        const { check: _types, ...ofPackage } = scripts;
        assert.deepEqual(ofPackage, wanted);
        const page = theBlock(join("docs", "own-program.md"), "sh", "program", "npm pkg set").text;
        assert.deepEqual(
            Object.fromEntries([...page.matchAll(/scripts\.(\S+)="([^"]+)"/g)].map(([, name, text]) => [name!, text!])),
            wanted,
        );
        assert.equal(textOf(".node-version"), readFileSync(join(projectFolder, ".node-version"), "utf8"));
    });

    it("asks for keys that the program reads, and proposes what dev has", () => {
        const dev = ownKeys("dev");
        const proposed = Object.entries(project.template.config).map(([key, { default: value }]) => {
            assert.ok(read.has(key), key);
            return [key, typeof dev[key] === "string" ? value : (JSON.parse(value) as unknown)];
        });
        assert.deepEqual(Object.fromEntries(proposed), dev);
    });

    for (const environment of ENVIRONMENTS) {
        it(`gives ${environment} every key that the program needs and none that it does not read`, () => {
            const given = [...Object.keys(shared), ...Object.keys(ownKeys(environment)), ...SET_BY_COMMAND];
            assert.ok(read.size > 8, [...read.keys()].join(", "));
            assert.deepEqual(
                given.filter((key) => !read.has(key)),
                [],
            );
            assert.deepEqual(
                [...read].filter(([key, isNeeded]) => isNeeded && !given.includes(key)),
                [],
            );
        });

        it(`has settings of ${environment} that the component takes`, () => {
            const {
                virtualMachines,
                network,
                sshUser,
                protect,
                proxmoxEndpoint: _endpoint,
                ...inputs
            } = { ...shared, ...ownKeys(environment) };
            const model = resolveModel({
                ...inputs,
                virtualMachines: { ...(virtualMachines as Keys), ...(network as Keys) },
                ssh: { user: sshUser, authorizedKeys: [`ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)}`] },
            } as unknown as Parameters<typeof resolveModel>[0]);
            assert.deepEqual(model.warnings, []);
            assert.equal(protect, environment === "prod");
        });
    }

    it("gives no two environments an address, a host name or a VLAN in common", () => {
        const values = ENVIRONMENTS.flatMap((environment) => {
            const { vip, apiServers, hosts, network } = ownKeys(environment) as {
                vip: string;
                apiServers: string[];
                hosts: { name: string; address: string }[];
                network: { gateway: string; vlanId: number };
            };
            return [
                vip,
                ...apiServers,
                ...hosts.flatMap(({ name, address }) => [name, address]),
                network.gateway,
                network.vlanId,
            ];
        });
        assert.equal(new Set(values).size, values.length, values.join(", "));
    });

    it("has the page's settings of production", () => {
        const page = theBlock(join("docs", "environments.md"), "yaml", "environment");
        assert.equal(page.text, textOf("Pulumi.prod.yaml"));
    });
});
