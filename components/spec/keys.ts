/** Finds unknown keys, which would otherwise be settings without effect. */
import { isGroup } from "./checks";
import type { Member, Spec } from "./kinds";
import { nearest } from "./nearest";
import type { Path, Problems } from "./problems";
import { isFlag } from "./secrets";

/**
 * Notes every key there is no input for. What is no group or list where one is due is left for the checks of that
 * input. `ours`: paths of what no user gives.
 */
export function checkKeys(problems: Problems, spec: Spec, given: unknown, ours: readonly Path[]): void {
    checkGroup(problems, "", given, spec, ours);
}

function checkGroup(problems: Problems, path: Path, value: unknown, spec: Spec, ours: readonly Path[]): void {
    if (!isGroup(value)) return;
    for (const [key, inside] of Object.entries(value)) {
        const at = path === "" ? key : `${path}.${key}`;
        if (Object.hasOwn(spec, key)) checkMember(problems, at, inside, spec[key]!, ours);
        // The value of a key that was mistyped may be a secret.
        else if (inside !== undefined && !isFlag(spec, key) && !ours.includes(at))
            problems.add(at, unknownKey(key, Object.keys(spec)));
    }
}

function checkMember(problems: Problems, path: Path, value: unknown, member: Member, ours: readonly Path[]): void {
    if (member.kind === "group") checkGroup(problems, path, value, member.members, ours);
    else if (member.kind === "list" && Array.isArray(value))
        value.forEach((entry, index) => checkMember(problems, `${path}[${index}]`, entry, member.entry, ours));
}

function unknownKey(key: string, known: string[]): string {
    const meant = nearest(key, known);
    return `is no input${meant === undefined ? `; there are: ${known.join(", ")}` : `: did you mean ${meant}?`}`;
}
