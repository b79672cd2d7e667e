/** What a preview does that the one that was reviewed did not: other operations, or the same with other values. */
import { isDeepStrictEqual } from "node:util";
import { printableLine } from "../../components/text/display";
import { partsOfUrn } from "../../components/text/urn";
import { keyOf, type Operation, operationsOf } from "./operations";
import { type Preview, UNKNOWN } from "./previewJson";

/** One line for each operation. */
export function newSince(reviewed: Preview, now: Preview): string[] {
    const known = new Map(operationsOf(reviewed).map((operation) => [keyOf(operation), operation]));
    const lines = operationsOf(now).flatMap((operation) => {
        const before = known.get(keyOf(operation));
        if (before === undefined) return [textOf(operation)];
        const inputs = otherInputs(before.inputs ?? {}, operation.inputs ?? {});
        return inputs.length === 0 ? [] : [`${textOf(operation)}: with another ${inputs.join(", ")}`];
    });
    return lines.map(printableLine);
}

const textOf = ({ op, urn }: Operation): string => `${op} ${partsOfUrn(urn).name} (${urn})`;

function otherInputs(before: Record<string, unknown>, now: Record<string, unknown>): string[] {
    const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
    return names.filter((name) => !isAsReviewed(before[name], now[name]));
}

/** A reviewer who saw that a value was not known yet has accepted any: it may have become known meanwhile. */
function isAsReviewed(before: unknown, now: unknown): boolean {
    if (before === UNKNOWN) return true;
    if (!isObject(before) || !isObject(now) || Array.isArray(before) !== Array.isArray(now))
        return isDeepStrictEqual(before, now);
    const names = new Set([...Object.keys(before), ...Object.keys(now)]);
    return [...names].every((name) => isAsReviewed(before[name], now[name]));
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === "object" && value !== null;
}
