import { plain, type Properties, unknown, type Value } from "../shared/properties";
import { type Context, type ResourceType } from "../shared/resource";
import { inputChanges, keptInputs } from "./changes";
import { checkInputs, type Inputs, keptState, ownInputs } from "./inputs";
import { checkKeyInputs, keyInputs } from "./keyInput";

/** One resource of this plugin: its inputs, and how its outputs are made of them. */
export interface Definition<Plain> {
    inputs: Inputs;
    /** The name of the input that is a private key, if there is one. */
    key?: "privateKeyPem" | "caPrivateKeyPem";
    /** Every output, for a preview. */
    outputs: string[];
    /** Makes the resource. It gets the inputs with their defaults and without secret marks. */
    make: (inputs: Plain, context: Context) => { id: string; outputs: Properties };
}

/**
 * Nothing here exists outside the state, so an update is the new inputs beside the old outputs, and there is nothing to
 * delete.
 */
export function tlsResource<Plain>({ inputs: ownTable, key, outputs, make }: Definition<Plain>): ResourceType {
    const table = { ...ownTable, ...(key === undefined ? {} : keyInputs(key)) };
    return {
        check: (given) => {
            const { inputs, failures } = checkInputs(given, table);
            return { inputs, failures: [...failures, ...(key === undefined ? [] : checkKeyInputs(key, given))] };
        },
        diff: (_oldInputs, newInputs, state) => inputChanges(table, state, newInputs),
        create: (inputs, context) => {
            const state = keptState(inputs, table);
            if (context.preview) {
                const unmade = [
                    ...outputs,
                    ...Object.keys(table).filter((name) => table[name]!.kept && !(name in state)),
                ];
                return Promise.resolve({
                    id: "",
                    state: { ...state, ...Object.fromEntries(unmade.map((name): [string, Value] => [name, unknown])) },
                });
            }
            const made = make(plain(ownInputs(inputs, table)) as Plain, context);
            return Promise.resolve({ id: made.id, state: { ...state, ...made.outputs } });
        },
        update: (state, inputs) => {
            const results = Object.fromEntries(Object.entries(state).filter(([name]) => outputs.includes(name)));
            return Promise.resolve({ ...results, ...keptInputs(table, state), ...keptState(inputs, table) });
        },
    };
}
