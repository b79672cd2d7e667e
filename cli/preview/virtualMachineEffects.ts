/** What a change of a host's VM does, by what the component knows of the provider. */
import { powerCycles } from "../../components/resources/powerCycle";
import { type Step, shown } from "./previewJson";
import type { Effect } from "./risk";

export function virtualMachineEffects(step: Step): Effect[] {
    const values = changedValues(step);
    const what = values.length === 0 ? "" : `: ${values.join(", ")}`;
    switch (step.op) {
        case "create":
            return [{ risk: "inPlace", text: "VM made" }];
        case "delete":
            return [{ risk: "removed", text: "host REMOVED: VM deleted" }];
        case "update": {
            const cycles = changedPaths(step).some(powerCycles);
            return [
                cycles
                    ? { risk: "powerCycled", text: `VM power-cycled${what}` }
                    : { risk: "inPlace", text: `VM changed while it runs${what}` },
            ];
        }
        default:
            return [{ risk: "replaced", text: `VM REPLACED: deleted, then made again${what}` }];
    }
}

function changedPaths({ diffReasons, detailedDiff }: Step): string[] {
    return [...(diffReasons ?? []), ...Object.keys(detailedDiff ?? {})];
}

/** "memory.dedicated 1024 becomes 2048", of the inputs that differ. */
function changedValues({ oldState, newState, detailedDiff, replaceReasons }: Step): string[] {
    return Object.keys(detailedDiff ?? {}).map((path) => {
        const [was, will] = [oldState, newState].map((state) => shown(valueAt(state?.inputs, path)));
        const why = (replaceReasons ?? []).some((key) => path === key || path.startsWith(`${key}.`));
        const text = was === will ? path : `${path} ${was} becomes ${will}`;
        return why ? `${text}, which replaces it` : text;
    });
}

function valueAt(inputs: unknown, path: string): unknown {
    return path
        .split(/[.[\]]+/)
        .filter((key) => key !== "")
        .reduce<unknown>((inside, key) => ownValue(inside, key), inputs);
}

function ownValue(inside: unknown, key: string): unknown {
    if (typeof inside !== "object" || inside === null || !Object.hasOwn(inside, key)) return undefined;
    return (inside as Record<string, unknown>)[key];
}
