/**
 * How a guest's options are kept; the provider insists on JSON numbers for some of them and JSON strings for others.
 */
import { splitList } from "../schema/format";
import { guestOptions } from "../schema/options";
import { type Parameters } from "../schema/parameter";

/** Of any release: none of them has an option of the same name and another type. */
const OPTIONS: Parameters = { ...guestOptions("8.4"), ...guestOptions("9.1") };

export function isOption(key: string): boolean {
    return key in OPTIONS;
}

/** The value as PVE keeps it. Drives and NICs, which need more than their own text, are left as they are. */
export function normaliseOption(key: string, value: string): string | number {
    if (OPTIONS[key]?.type !== "string") return Number(value);
    return key === "tags" ? normaliseTags(value) : value;
}

/** Lower case, sorted, each once. */
function normaliseTags(value: string): string {
    return [...new Set(splitList(value).map((tag) => tag.toLowerCase()))].sort().join(";");
}
