/** Describes what a spec allows, and its default. */
import type { Leaf, Member } from "../../components/spec/kinds";

/** "a", "a or b", "a, b or c". */
export function orOf(words: readonly (string | number)[]): string {
    return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)!}`;
}

/** What is allowed; empty where there is no limit to tell. */
export function rangeOf(member: Member): string {
    const distinct = member.kind === "list" && member.distinct !== undefined ? "distinct" : undefined;
    return [kindOf(member), distinct, member.also].filter((words) => words !== undefined && words !== "").join("; ");
}

function kindOf(member: Member): string {
    if (member.kind === "group") return "";
    if (member.kind !== "list") return valueOf(member);
    const each = kindOf(member.entry);
    return each === "" ? "a list" : `a list, each ${each}`;
}

function valueOf(leaf: Leaf): string {
    switch (leaf.kind) {
        case "integer":
            return withUnit(leaf.unit === "seconds" ? "whole seconds" : leaf.unit, `${leaf.min} to ${leaf.max}`);
        case "seconds":
            return `seconds, ${leaf.min} to ${leaf.max}`;
        case "hundredths":
            return `seconds, ${leaf.min} to ${leaf.max} in steps of 0.01`;
        case "number":
            return orOf(leaf.values);
        case "boolean":
            return "true or false";
        case "choice":
            return orOf(leaf.choices);
        case "text":
        case "parsed":
            return leaf.form;
        case "lines":
            return `lines of ${leaf.daemon} directives in plain ASCII`;
        case "certificates":
            return "certificates in PEM format";
        case "secret":
            return `${leaf.form}; a secret`;
    }
}

const withUnit = (unit: string | undefined, range: string): string =>
    unit === undefined ? range : `${unit}, ${range}`;

/** What holds when it is left out; undefined where it must be given. */
export function defaultOf(member: Member): string | undefined {
    if (member.presence === "required" || member.presence === "needed") return undefined;
    if (member.words !== undefined) return member.words;
    if (member.kind === "group") return "none";
    const { fallback } = member;
    if (Array.isArray(fallback)) return fallback.length === 0 ? "none" : fallback.join(", ");
    return fallback === "" ? "none" : String(fallback);
}
