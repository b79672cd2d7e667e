/** The section `config:` of Pulumi.yaml: every key of a stack, with type, description and default. */
import type { Member, Spec } from "../../components/spec/kinds";
import { OWN_KEYS, SECRETS, stackSchema } from "../../stack/schema";
import { keyOf } from "../../stack/zodOf";
import type { Comment } from "./comments";
import { defaultOf, orOf } from "./words";

interface Key {
    type: "string" | "integer" | "boolean" | "array" | "object";
    items?: "string" | "object";
    description: string;
    fallback: unknown;
}

/** Text of the section, up to the end of the file. */
export function configSection(spec: Spec, comments: Map<string, Comment>): string {
    const byKey = new Map(Object.entries(spec).map(([name, member]) => [keyOf(name, member), { name, member }]));
    const keys = [...Object.keys(stackSchema.shape), ...Object.keys(SECRETS)].map((key): [string, Key] => {
        const own = OWN_KEYS[key];
        if (own !== undefined) return [key, { type: "object", description: own, fallback: {} }];
        const secret = (SECRETS as Record<string, string>)[key];
        if (secret !== undefined) return [key, { type: "string", description: secret, fallback: "" }];
        const { name, member } = byKey.get(key)!;
        return [key, described(key, member, comments.get(name)!)];
    });
    return `config:\n${keys.map(([key, value]) => yaml(key, value)).join("")}`;
}

function yaml(key: string, { type, items, description, fallback }: Key): string {
    return [
        `  ${key}:`,
        `    type: ${type}`,
        ...(items === undefined ? [] : ["    items:", `      type: ${items}`]),
        `    description: ${JSON.stringify(description)}`,
        `    default: ${JSON.stringify(fallback)}`,
        "",
    ].join("\n");
}

function described(key: string, member: Member, { meaning }: Comment): Key {
    const file = key.endsWith("File") ? "Path of a file. " : "";
    const required = member.presence === "required" ? " Required." : "";
    const description = `${file}${meaning}${settingsIn(member)}${required}`;
    switch (member.kind) {
        case "group":
            return { type: "object", description, fallback: {} };
        case "list":
            return {
                type: "array",
                items: member.entry.kind === "group" ? "object" : "string",
                description,
                fallback: member.fallback ?? [],
            };
        case "boolean":
            return { type: "boolean", description, fallback: member.fallback };
        case "integer":
        case "number":
            return { type: "integer", description, fallback: member.fallback };
        default:
            return { type: "string", description, fallback: member.fallback ?? "" };
    }
}

/** The settings of a group, or of each entry of a list of groups. */
function settingsIn(member: Member): string {
    const inside = member.kind === "list" ? member.entry : member;
    return inside.kind === "group" ? ` Settings: ${namesIn(inside.members)}.` : "";
}

function namesIn(spec: Spec): string {
    return Object.entries(spec)
        .filter(([name, { kind }]) => kind !== "secret" || name !== "password")
        .map(([name, member]) => `${keyOf(name, member)}${inBrackets(member)}`)
        .join(", ");
}

/** Choices and default; of a group what is in it. */
function inBrackets(member: Member): string {
    if (member.kind === "group")
        return ` {${Object.entries(member.members)
            .map(([name, inside]) => keyOf(name, inside))
            .join(", ")}}`;
    const choices = member.kind === "choice" ? orOf(member.choices) : undefined;
    const fallback = defaultOf(member);
    const unit = member.kind === "integer" && member.unit !== undefined ? ` ${member.unit}` : "";
    const value = fallback === "none" || fallback === undefined ? undefined : `${fallback}${unit}`;
    const words = [choices, value].filter((each) => each !== undefined);
    return words.length === 0 ? "" : ` (${words.join("; ")})`;
}
