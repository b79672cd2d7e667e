import { randomInt } from "node:crypto";
import { diffProperties } from "../shared/diff";
import { hasValue, isUnknown, plain, type Properties, secret, unknown, type Value } from "../shared/properties";
import { type CheckFailure, type ResourceType } from "../shared/resource";
import { bcrypt } from "./bcrypt";
import { checkTypes, type InputKind } from "../shared/inputs";

const inputKinds: Record<string, InputKind> = {
    keepers: "map",
    length: "number",
    lower: "boolean",
    minLower: "number",
    minNumeric: "number",
    minSpecial: "number",
    minUpper: "number",
    number: "boolean",
    numeric: "boolean",
    overrideSpecial: "string",
    special: "boolean",
    upper: "boolean",
};

/** What a resource's state says about its own generation. */
interface Settings {
    length: number;
    lower: boolean;
    minLower: number;
    minNumeric: number;
    minSpecial: number;
    minUpper: number;
    numeric: boolean;
    overrideSpecial: string | null;
    special: boolean;
    upper: boolean;
}

/** The inputs with the defaults that the state shows. `number` is the old name of `numeric`; both are kept equal. */
function withDefaults(inputs: Properties): Properties {
    const own = Object.fromEntries(
        Object.entries(inputs).filter(([name, value]) => name in inputKinds && hasValue(value)),
    );
    const numeric = own["numeric"] ?? own["number"] ?? true;
    const minimums = { minLower: 0, minNumeric: 0, minSpecial: 0, minUpper: 0 };
    return { lower: true, special: true, upper: true, ...minimums, ...own, numeric, number: numeric };
}

function check(inputs: Properties): { inputs: Properties; failures: CheckFailure[] } {
    const failures = checkTypes(inputs, inputKinds, "length");
    const all = withDefaults(inputs);
    const numbers = ["length", "minUpper", "minLower", "minNumeric", "minSpecial"].map((name) => plain(all[name]));
    if (failures.length === 0 && !numbers.some(isUnknown)) {
        const [length = 0, ...minimums] = numbers as number[];
        const least = minimums.reduce((sum, minimum) => sum + minimum, 0);
        if (!Number.isInteger(length) || length < 1)
            failures.push({ property: "length", reason: "'length' must be at least 1" });
        else if (length < least) {
            const sum = "the sum of minUpper, minLower, minNumeric and minSpecial";
            const reason = `'length' must be at least ${least}, ${sum}`;
            failures.push({ property: "length", reason });
        }
    }
    return { inputs, failures };
}

/** The text: first the minimum of each class, then characters of all classes, in random order. */
export function generate(settings: Settings): string {
    const classes = [
        {
            on: settings.special,
            least: settings.minSpecial,
            characters: settings.overrideSpecial ?? "!@#$%&*()-_=+[]{}<>:?",
        },
        { on: settings.numeric, least: settings.minNumeric, characters: "0123456789" },
        { on: settings.lower, least: settings.minLower, characters: "abcdefghijklmnopqrstuvwxyz" },
        { on: settings.upper, least: settings.minUpper, characters: "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
    ].map((one) => ({ ...one, characters: [...one.characters] }));
    const all = classes.flatMap(({ on, characters }) => (on ? characters : []));
    const pick = (from: string[]) => {
        if (from.length === 0)
            throw new Error("the character set is empty: switch on special, numeric, lower or upper");
        return from[randomInt(from.length)] ?? "";
    };

    const result = classes.flatMap(({ least, characters }) => Array.from({ length: least }, () => pick(characters)));
    while (result.length < settings.length) result.push(pick(all));
    for (let last = result.length - 1; last > 0; last--) {
        const other = randomInt(last + 1);
        [result[last], result[other]] = [result[other] ?? "", result[last] ?? ""];
    }
    return result.join("");
}

function settingsOf(state: Properties): Settings {
    return { overrideSpecial: null, ...(plain(state) as object) } as Settings;
}

/** Both resources are replaced by any change; setting a default explicitly is none. */
function textResource(
    id: (result: string) => string,
    outputs: (result: string) => Properties,
    outputNames: string[],
): ResourceType {
    return {
        check,
        diff: (oldInputs, newInputs) => diffProperties(withDefaults(oldInputs), withDefaults(newInputs), () => true),
        create: (inputs, context) => {
            const state = withDefaults(inputs);
            if (context.preview) {
                const unknowns = Object.fromEntries(outputNames.map((name): [string, Value] => [name, unknown]));
                return Promise.resolve({ id: "", state: { ...state, ...unknowns } });
            }
            const result = generate(settingsOf(state));
            return Promise.resolve({ id: id(result), state: { ...state, ...outputs(result) } });
        },
    };
}

/** `random:index/randomString:RandomString`: its id is the text itself, as in the official one. */
export const randomString = textResource(
    (result) => result,
    (result) => ({ result }),
    ["result"],
);

/** `random:index/randomPassword:RandomPassword`: the text and its hash are secret, and the id says nothing. */
export const randomPassword = textResource(
    () => "none",
    (result) => ({ result: secret(result), bcryptHash: secret(bcrypt(result)) }),
    ["result", "bcryptHash"],
);
