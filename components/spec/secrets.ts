/** Inputs that are secret: they are checked apart, and what goes on knows only whether they were given. */
import { isGroup } from "./checks";
import type { Member, Spec } from "./kinds";
import { isLater } from "./later";
import type { Path, Problems } from "./problems";

type Values = Record<string, unknown>;

/** Name of what says whether a secret that may be left out was given: `hasPassword` for `password`. */
const flagOf = (name: string): string => `has${name.charAt(0).toUpperCase()}${name.slice(1)}`;

const isOptionalSecret = ({ kind, presence }: Member): boolean => kind === "secret" && presence !== "required";

/** Whether a key of a group says that a secret of it was given. */
export const isFlag = (spec: Spec, key: string): boolean =>
    Object.entries(spec).some(([name, member]) => isOptionalSecret(member) && flagOf(name) === key);

/**
 * A group without its secrets, and without those of the groups in it. What is no group is left as it is, for the checks
 * to refuse.
 */
export function withoutSecrets(spec: Spec, given: unknown): unknown {
    if (!isGroup(given) || isLater(given)) return given;
    return Object.fromEntries(
        Object.entries(given as Values).flatMap(([name, value]): [string, unknown][] => {
            const member = Object.hasOwn(spec, name) ? spec[name] : undefined;
            if (member?.kind !== "secret") return [[name, memberWithoutSecrets(member, value)]];
            return isOptionalSecret(member) && value !== undefined ? [[flagOf(name), true]] : [];
        }),
    );
}

function memberWithoutSecrets(member: Member | undefined, value: unknown): unknown {
    if (member?.kind === "group") return withoutSecrets(member.members, value);
    if (member?.kind !== "list" || !Array.isArray(value)) return value;
    return value.map((entry) => memberWithoutSecrets(member.entry, entry));
}

/** Notes what is wrong with the secrets of a group that are known already; the others are checked when they are. */
export function checkSecrets(problems: Problems, spec: Spec, given: unknown, path: Path = ""): void {
    if (!isGroup(given) || isLater(given)) return;
    for (const [name, member] of Object.entries(spec))
        checkMember(problems, path === "" ? name : `${path}.${name}`, member, (given as Values)[name]);
}

function checkMember(problems: Problems, path: Path, member: Member, given: unknown): void {
    if (member.kind === "group") {
        const value = given ?? (member.presence === "required" ? {} : undefined);
        checkSecrets(problems, member.members, value, path);
    } else if (member.kind === "list" && Array.isArray(given)) {
        given.forEach((entry, index) => checkMember(problems, `${path}[${index}]`, member.entry, entry));
    } else if (member.kind === "secret" && !isLater(given)) {
        const wrong = given === undefined && isOptionalSecret(member) ? undefined : member.wrong(given);
        if (wrong !== undefined) problems.add(path, wrong);
    }
}
