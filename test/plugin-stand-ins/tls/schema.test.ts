import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { tlsSchema } from "../../../plugin-stand-ins/tls/schema";

const sdk = join(__dirname, "../../../node_modules/@pulumi/tls");

interface ResourceSchema {
    properties: Record<string, { secret?: boolean }>;
    inputProperties: Record<string, object>;
    requiredInputs: string[];
}

/** The SDK in node_modules is generated from the official schema, so the two must name the same things. */
describe("tls schema", () => {
    const schema = tlsSchema() as {
        resources: Record<string, ResourceSchema>;
        types: Record<string, { properties: object }>;
    };

    for (const [token, resource] of Object.entries(schema.resources)) {
        const name = /\/(\w+):/.exec(token)![1]!;
        const declarations = readFileSync(join(sdk, `${name}.d.ts`), "utf8");
        const code = readFileSync(join(sdk, `${name}.js`), "utf8");
        const [outputs = "", rest = ""] = declarations.split(/export interface \w+State /);
        const [, args = ""] = rest.split(/export interface \w+Args /);
        const found = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1]!).sort();

        it(`${name} has the SDK's token, outputs and inputs`, () => {
            assert.ok(code.includes(`'${token}'`), `the SDK registers ${token}`);
            assert.deepEqual(
                Object.keys(resource.properties).sort(),
                found(outputs, /readonly (\w+): pulumi\.Output</g),
            );
            assert.deepEqual(Object.keys(resource.inputProperties).sort(), found(args, /(\w+)\??: pulumi\.Input</g));
            assert.deepEqual([...resource.requiredInputs].sort(), found(args, /(\w+): pulumi\.Input</g));
        });

        it(`${name} has the SDK's secrets`, () => {
            const [, list = ""] = /additionalSecretOutputs: \[(.*?)\]/.exec(code) ?? [];
            const secrets = Object.keys(resource.properties).filter(
                (property) => resource.properties[property]!.secret,
            );
            assert.deepEqual(secrets.sort(), found(list, /"(\w+)"/g));
        });
    }

    it("has the SDK's subjects", () => {
        const declarations = readFileSync(join(sdk, "types/input.d.ts"), "utf8");
        for (const [token, { properties }] of Object.entries(schema.types)) {
            const [, body = ""] = declarations.split(`export interface ${token.split(":").at(-1)} `);
            const names = [...body.split("export interface ")[0]!.matchAll(/(\w+)\?: pulumi\.Input</g)].map(
                (match) => match[1]!,
            );
            assert.deepEqual(Object.keys(properties).sort(), names.sort());
        }
    });
});
