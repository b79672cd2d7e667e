import assert from "node:assert/strict";
import { compareSchemas, type Schema } from "../../../tools/schema/compare";

const TEXT = { type: "string", description: "A text." };

/** One component with an input group, a choice, and an output group that is also an input of the same shape. */
function schema(): Schema {
    return structuredClone({
        version: "1.0.0",
        resources: {
            Pair: {
                inputProperties: { vip: TEXT, port: { type: "integer" }, host: ref("Host"), mode: ref("Mode") },
                requiredInputs: ["vip"],
                properties: { url: TEXT, result: ref("Result") },
                required: ["url"],
            },
        },
        types: {
            Host: { type: "object", properties: { name: TEXT, address: TEXT, tags: ref("Tags") }, required: ["name"] },
            Tags: { type: "object", properties: { owner: TEXT }, required: [] },
            Result: { type: "object", properties: { id: TEXT }, required: ["id"] },
            Mode: {
                type: "string",
                enum: [
                    { name: "Fast", value: "fast" },
                    { name: "Safe", value: "safe" },
                ],
            },
        },
    });
}

function ref(name: string): { $ref: string } {
    return { $ref: `#/types/${name}` };
}

type Edit = (edited: Schema) => unknown;

const cases: { title: string; edit: Edit; expected: string[] }[] = [
    { title: "nothing", edit: () => undefined, expected: [] },
    {
        title: "another description",
        edit: ({ resources }) => (resources["Pair"]!.inputProperties!["vip"] = { type: "string", description: "New." }),
        expected: [],
    },
    {
        title: "a new optional input",
        edit: ({ resources }) => (resources["Pair"]!.inputProperties!["layer"] = TEXT),
        expected: ["minor: input Pair layer is new and optional"],
    },
    {
        title: "a new required input",
        edit: ({ resources }) => {
            resources["Pair"]!.inputProperties!["layer"] = TEXT;
            resources["Pair"]!.requiredInputs!.push("layer");
        },
        expected: ["major: input Pair layer is new and required"],
    },
    {
        title: "an input that is required now",
        edit: ({ resources }) => resources["Pair"]!.requiredInputs!.push("port"),
        expected: ["major: input Pair port is required now"],
    },
    {
        title: "an input that is optional now",
        edit: ({ resources }) => (resources["Pair"]!.requiredInputs = []),
        expected: ["minor: input Pair vip is optional now"],
    },
    {
        title: "a removed input",
        edit: ({ resources }) => delete resources["Pair"]!.inputProperties!["port"],
        expected: ["major: input Pair port was removed"],
    },
    {
        title: "an input of another type",
        edit: ({ resources }) => (resources["Pair"]!.inputProperties!["port"] = TEXT),
        expected: ['major: input Pair port has another type: {"type":"string"}, not {"type":"integer"}'],
    },
    {
        title: "an input that must be plain now",
        edit: ({ resources }) => (resources["Pair"]!.inputProperties!["port"] = { type: "integer", plain: true }),
        expected: ['major: input Pair port has another type: {"type":"integer","plain":true}, not {"type":"integer"}'],
    },
    {
        title: "a removed output",
        edit: ({ resources }) => delete resources["Pair"]!.properties!["url"],
        expected: ["major: output Pair url was removed"],
    },
    {
        title: "an output that may be absent",
        edit: ({ resources }) => (resources["Pair"]!.required = []),
        expected: ["major: output Pair url may be absent now"],
    },
    {
        title: "a new output",
        edit: ({ resources }) => (resources["Pair"]!.properties!["hosts"] = TEXT),
        expected: ["minor: output Pair hosts is new"],
    },
    {
        title: "a newly required member of an input's group",
        edit: ({ types }) => types["Host"]!.required!.push("address"),
        expected: ["major: input Host address is required now"],
    },
    {
        title: "a removed member of a group in a group",
        edit: ({ types }) => delete types["Tags"]!.properties!["owner"],
        expected: ["major: input Tags owner was removed"],
    },
    {
        title: "a member of an output's group that may be absent",
        edit: ({ types }) => (types["Result"]!.required = []),
        expected: ["major: output Result id may be absent now"],
    },
    {
        title: "a removed value of a choice",
        edit: ({ types }) => types["Mode"]!.enum!.pop(),
        expected: ['major: choice Mode has no "safe" any more'],
    },
    {
        title: "another name of a value",
        edit: ({ types }) => (types["Mode"]!.enum![0]!.name = "Quick"),
        expected: ['major: choice Mode calls "fast" Quick, not Fast'],
    },
    {
        title: "a new value of a choice",
        edit: ({ types }) => types["Mode"]!.enum!.push({ name: "Calm", value: "calm" }),
        expected: ['minor: choice Mode has "calm"'],
    },
    {
        title: "a removed component",
        edit: (all) => (all.resources = {}),
        expected: ["major: resource Pair was removed"],
    },
    {
        title: "a new type",
        edit: ({ types }) => (types["More"] = { type: "object" }),
        expected: ["minor: type More is new"],
    },
];

describe("the comparison of two schemas", () => {
    for (const { title, edit, expected } of cases)
        it(`says of ${title}: ${expected[0] ?? "no change"}`, () => {
            const after = schema();
            edit(after);
            const found = compareSchemas(schema(), after).map(({ kind, reason }) => `${kind}: ${reason}`);
            assert.deepEqual(found, expected);
        });
});
