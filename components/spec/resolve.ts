/** Resolves a group of inputs by its spec: fills in defaults, and notes everything that is not as the spec says. */
import * as checks from "./checks";
import type { Group, Leaf, List, Member, Spec } from "./kinds";
import { certificates } from "./pem";
import type { Path, Problems } from "./problems";
import type { FilledOf } from "./types";

/** Where each input of a group is; two places may share one group. */
type PathOf = (name: string) => Path;

/** A group at its path; what is none counts as empty. */
export function resolveGroup<S extends Spec>(problems: Problems, path: Path, spec: S, given: unknown): FilledOf<S> {
    const settings = checks.settings(problems, path, given as object | undefined);
    return resolveMembers(problems, (name) => (path === "" ? name : `${path}.${name}`), spec, settings);
}

/** The members of a group, each at its own path. */
export function resolveMembers<S extends Spec>(problems: Problems, path: PathOf, spec: S, given: object): FilledOf<S> {
    const values = Object.entries(spec).flatMap(([name, member]) => {
        if (member.kind === "secret") return [];
        const value = resolveMember(problems, path(name), member, (given as Record<string, unknown>)[name]);
        return value === undefined ? [] : [[name, value] as const];
    });
    return Object.fromEntries(values) as FilledOf<S>;
}

/** Undefined where it is left out and nothing is known yet of what holds then. */
export function resolveMember(problems: Problems, path: Path, member: Member, given: unknown): unknown {
    if (given === undefined && member.presence === "absent") return undefined;
    if ((given === undefined || given === null) && member.presence === "derived") return undefined;
    if (member.kind === "group") return group(problems, path, member, given);
    const value = given ?? member.fallback;
    return member.kind === "list" ? list(problems, path, member, value) : leaf(problems, path, member, value);
}

const group = (problems: Problems, path: Path, { members }: Group, given: unknown): unknown =>
    resolveGroup(problems, path, members, given);

function list(problems: Problems, path: Path, { entry, distinct }: List, given: unknown): unknown[] {
    const values = checks
        .list(problems, path, given as unknown[] | undefined)
        .map((each, index) => ({
            path: `${path}[${index}]`,
            value: resolveMember(problems, `${path}[${index}]`, entry, each),
        }));
    if (distinct !== undefined)
        for (const found of checks.repeated(values as { path: Path; value: string }[], distinct))
            problems.add(...found);
    return values.map(({ value }) => value);
}

function leaf(problems: Problems, path: Path, member: Leaf, given: unknown): unknown {
    switch (member.kind) {
        case "integer":
            return checks.integer(problems, path, given as number, member.min, member.max);
        case "seconds":
            return checks.seconds(problems, path, given as number, member.min, member.max);
        case "hundredths":
            return checks.hundredths(problems, path, given as number, member.min, member.max);
        case "number":
            return checks.oneOfNumbers(problems, path, given as number, member.values);
        case "boolean":
            return checks.boolean(problems, path, given as boolean);
        case "choice":
            return checks.oneOf(problems, path, given as string, member.choices as [string, ...string[]]);
        case "text": {
            const check = member.inFiles ? checks.freeText : checks.text;
            return member.tidy(check(problems, path, given as string | undefined, member.pattern, member.form));
        }
        case "lines":
            return checks.configurationLines(problems, path, given as string | undefined, member.daemon);
        case "certificates":
            return certificates(problems, path, given as string);
        case "parsed":
            return given;
        case "secret":
            return undefined;
    }
}
