/**
 * A recorded state is small, and its differences are readable: what says nothing of a stack is left out, and the long
 * texts, which are the same for many hosts and stacks, are kept once for all stacks of a version.
 */
import { createHash } from "node:crypto";

/** Long texts by the beginning of their checksum. */
export type Texts = Record<string, string>;

interface Resource extends Record<string, unknown> {
    inputs?: Record<string, unknown>;
    outputs?: Record<string, unknown>;
}

export interface Exported {
    version: number;
    deployment: { manifest: unknown; secrets_providers?: unknown; resources: Resource[] };
}

/** From here on a text is long. */
const LONG = 400;
/** Programs in a text end with it; each is a part by itself. */
const END_OF_PART = /(?<=^END-OF-HA-API-PROGRAM\n)/m;
/** How a secret begins, which is another text each time. */
const ENCRYPTED = "v1:";
/** Of when and where in the source. */
const INCIDENTAL = ["sourcePosition", "stackTrace", "created", "modified"];

/** An export as it is kept; its long texts are added to `texts`. */
export function packed({ version, deployment }: Exported, texts: Texts): Exported {
    const resources = deployment.resources.map((resource) => {
        const rest = Object.fromEntries(Object.entries(resource).filter(([name]) => !INCIDENTAL.includes(name)));
        const { inputs = {}, outputs = {} } = resource;
        const own = Object.entries(outputs).filter(
            ([name, value]) => JSON.stringify(value) !== JSON.stringify(inputs[name]) || name === "__defaults",
        );
        const same = Object.keys(outputs).filter((name) => !own.some(([other]) => other === name));
        return { ...rest, outputs: Object.fromEntries(own), outputsLikeInputs: same };
    });
    const manifest = { time: new Date(0).toISOString(), magic: "", version: "" };
    const kept = { version, deployment: { ...deployment, manifest, resources } };
    return JSON.parse(JSON.stringify(kept), (_, value: unknown) =>
        typeof value === "string" && value.length > LONG && !value.startsWith(ENCRYPTED)
            ? { parts: partsOf(value, texts) }
            : value,
    ) as Exported;
}

function partsOf(text: string, texts: Texts): string[] {
    return text.split(END_OF_PART).map((part) => {
        const name = createHash("sha256").update(part).digest("hex").slice(0, 12);
        texts[name] = part;
        return name;
    });
}

/** What `packed` was given, less what is incidental. */
export function unpacked(recorded: Exported, texts: Texts): Exported {
    const whole = JSON.parse(JSON.stringify(recorded), (_, value: unknown) =>
        isPacked(value) ? value.parts.map((name) => texts[name]).join("") : value,
    ) as Exported;
    for (const resource of whole.deployment.resources) {
        const same = (resource["outputsLikeInputs"] as string[] | undefined) ?? [];
        delete resource["outputsLikeInputs"];
        for (const name of same) (resource.outputs ??= {})[name] = resource.inputs?.[name];
    }
    return whole;
}

function isPacked(value: unknown): value is { parts: string[] } {
    return typeof value === "object" && value !== null && Array.isArray((value as { parts?: unknown }).parts);
}
