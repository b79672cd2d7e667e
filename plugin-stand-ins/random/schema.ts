import { standIns } from "../versions";

const text = { type: "string" };
const flag = { type: "boolean" };
const count = { type: "integer" };
const keepers = { type: "object", additionalProperties: text };

const textInputs = {
    keepers,
    length: count,
    lower: flag,
    minLower: count,
    minNumeric: count,
    minSpecial: count,
    minUpper: count,
    number: { ...flag, deprecationMessage: "This is deprecated, use `numeric` instead." },
    numeric: flag,
    overrideSpecial: text,
    special: flag,
    upper: flag,
};
const textOutputs = [
    ...Object.keys(textInputs).filter((name) => name !== "keepers" && name !== "overrideSpecial"),
    "result",
];
const idInputs = { byteLength: count, keepers, prefix: text };
const idOutputs = { b64Std: text, b64Url: text, dec: text, hex: text };
const secretText = { ...text, secret: true };

/** The part of the official schema that is served, without its descriptions. */
export function randomSchema(): object {
    return {
        name: standIns.random.name,
        version: standIns.random.version,
        resources: {
            "random:index/randomId:RandomId": {
                properties: { ...idInputs, ...idOutputs },
                required: ["byteLength", ...Object.keys(idOutputs)],
                inputProperties: idInputs,
                requiredInputs: ["byteLength"],
            },
            "random:index/randomPassword:RandomPassword": {
                properties: { ...textInputs, bcryptHash: secretText, result: secretText },
                required: ["bcryptHash", ...textOutputs],
                inputProperties: textInputs,
                requiredInputs: ["length"],
            },
            "random:index/randomString:RandomString": {
                properties: { ...textInputs, result: text },
                required: textOutputs,
                inputProperties: textInputs,
                requiredInputs: ["length"],
            },
        },
    };
}
