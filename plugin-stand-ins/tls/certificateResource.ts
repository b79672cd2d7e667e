import { isUnknown, plain, type Properties } from "../shared/properties";
import { type ResourceType } from "../shared/resource";
import { allowedUses } from "./allowedUses";
import { type Issued } from "./certificate";
import { type Inputs, ownInputs } from "./inputs";
import { isDue, readyFromTheStart } from "./renewal";
import { type Definition, tlsResource } from "./resource";

/** The inputs that both kinds of certificate have in common. */
export const certificateInputs: Inputs = {
    allowedUses: { kind: "list of strings", required: true, oneOf: allowedUses, change: "replace" },
    earlyRenewalHours: { kind: "number", default: 0, atLeast: 0, change: "update" },
    isCaCertificate: { kind: "boolean", default: false, change: "replace" },
    maxPathLength: { kind: "number", kept: true, atLeast: -1, change: "replace" },
    setSubjectKeyId: { kind: "boolean", default: false, change: "replace" },
    validityPeriodHours: { kind: "number", required: true, atLeast: 0, change: "replace" },
};

export const certificateOutputs = ["certPem", "validityEndTime", "validityStartTime"];

/** The outputs of a new certificate, beside the name of the signing key's algorithm. */
export function issuedOutputs({ id, ...outputs }: Issued, algorithm: Properties): { id: string; outputs: Properties } {
    return { id, outputs: { ...outputs, ...algorithm } };
}

/**
 * A resource that is a certificate, which gets old by itself. It is replaced by the first update whose preview or run
 * finds it due: the plan is what renews it, no refresh is needed for that. A refresh only makes the state say that it
 * is due.
 */
export function certificateResource<Plain>(definition: Definition<Plain>): ResourceType {
    const table = definition.inputs;
    const base = tlsResource(definition);
    const withReadiness = (state: Properties): Properties => ({ ...state, readyForRenewal: readyFromTheStart(state) });
    return {
        ...base,
        diff: (oldInputs, newInputs, state) => {
            const changes = base.diff(oldInputs, newInputs, state);
            const inputs = ownInputs(newInputs, table);
            if (isUnknown(plain(inputs["earlyRenewalHours"]))) {
                throw new Error(
                    "earlyRenewalHours of a certificate that exists must be known in a preview; the official " +
                        "provider fails here too",
                );
            }
            const due = isDue({ ...inputs, validityEndTime: state["validityEndTime"] ?? null });
            if (due || readyFromTheStart(inputs) !== (state["readyForRenewal"] ?? false)) {
                changes.push({ path: "readyForRenewal", root: "readyForRenewal", kind: "update", replace: due });
            }
            return changes;
        },
        create: async (inputs, context) => {
            const { id, state } = await base.create(inputs, context);
            return { id, state: withReadiness(state) };
        },
        update: async (state, inputs, context) => withReadiness(await base.update!(state, inputs, context)),
        read: (state) => (isDue(state) ? { ...state, readyForRenewal: true } : state),
    };
}
