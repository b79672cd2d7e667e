import { randomBytes } from "node:crypto";
import { diffProperties } from "../shared/diff";
import { isUnknown, plain, type Properties, unknown } from "../shared/properties";
import { type ResourceType } from "../shared/resource";
import { checkTypes, type InputKind } from "../shared/inputs";

const inputKinds: Record<string, InputKind> = { byteLength: "number", keepers: "map", prefix: "string" };

/** `random:index/randomId:RandomId`: random bytes in four notations, each after the prefix. */
export const randomId: ResourceType = {
    check: (inputs) => {
        const failures = checkTypes(inputs, inputKinds, "byteLength");
        const length = plain(inputs["byteLength"]);
        if (failures.length === 0 && !isUnknown(length) && !(Number.isInteger(length) && Number(length) >= 1)) {
            failures.push({ property: "byteLength", reason: "'byteLength' must be at least 1" });
        }
        return { inputs, failures };
    },
    diff: (oldInputs, newInputs) => diffProperties(own(oldInputs), own(newInputs), () => true),
    create: (inputs, context) => {
        if (context.preview) {
            return Promise.resolve({
                id: "",
                state: { ...inputs, b64Std: unknown, b64Url: unknown, dec: unknown, hex: unknown },
            });
        }
        const bytes = randomBytes(Number(plain(inputs["byteLength"])));
        const prefix = (plain(inputs["prefix"]) as string | null) ?? "";
        const hex = bytes.toString("hex");
        return Promise.resolve({
            id: bytes.toString("base64url"),
            state: {
                ...inputs,
                b64Std: prefix + bytes.toString("base64"),
                b64Url: prefix + bytes.toString("base64url"),
                dec: prefix + BigInt(`0x${hex}`).toString(),
                hex: prefix + hex,
            },
        });
    },
};

function own(properties: Properties): Properties {
    return Object.fromEntries(Object.entries(properties).filter(([name]) => name in inputKinds));
}
