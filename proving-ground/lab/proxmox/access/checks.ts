/** Conditions on privileges, as Proxmox writes them beside each call, and what comes of one for a caller. */

export type Check =
    | { kind: "everybody" }
    /**
     * All, or with `any` one, of the privileges on a path; `{vmid}` in the path is the call's parameter of that name.
     */
    | { kind: "on"; path: string; privileges: string[]; any: boolean }
    /** Holds only when the call has that parameter. */
    | { kind: "given"; parameter: string; check: Check }
    /** `or` is refused without a word of what is missing, `either` with what the last one misses. */
    | { kind: "and" | "or" | "either"; checks: Check[] };

export const everybody: Check = { kind: "everybody" };
export const on = (path: string, ...privileges: string[]): Check => ({ kind: "on", path, privileges, any: false });
export const anyOn = (path: string, ...privileges: string[]): Check => ({ kind: "on", path, privileges, any: true });
export const given = (parameter: string, check: Check): Check => ({ kind: "given", parameter, check });
export const and = (...checks: Check[]): Check => ({ kind: "and", checks });
export const either = (...checks: Check[]): Check => ({ kind: "either", checks });
export const or = (...checks: Check[]): Check => ({ kind: "or", checks });

/**
 * Granted thanks to some privileges, without any one of which it would not have been; or refused, with path and
 * privilege where there is one.
 */
export type Verdict = { granted: true; thanksTo: ReadonlySet<string> } | { granted: false; lacking?: string };

export interface Asked {
    /** What the caller may do on a path. */
    held: (path: string) => ReadonlySet<string>;
    /** A parameter of the call. */
    parameter: (name: string) => string | undefined;
}

export function evaluate(check: Check, asked: Asked): Verdict {
    switch (check.kind) {
        case "everybody":
            return { granted: true, thanksTo: new Set() };
        case "on":
            return evaluateOn(check, asked);
        case "given":
            return asked.parameter(check.parameter) === undefined ? { granted: false } : evaluate(check.check, asked);
        case "and": {
            const verdicts = check.checks.map((each) => evaluate(each, asked));
            const refused = verdicts.find(({ granted }) => !granted);
            return refused ?? { granted: true, thanksTo: new Set(verdicts.flatMap(thanksTo)) };
        }
        case "or":
        case "either": {
            const verdicts = check.checks.map((each) => evaluate(each, asked));
            const [first, ...others] = verdicts.filter(({ granted }) => granted);
            // Where there are two ways only what both need is needed.
            const needed =
                first === undefined
                    ? []
                    : thanksTo(first).filter((privilege) => others.every((way) => thanksTo(way).includes(privilege)));
            if (first === undefined) return check.kind === "or" ? { granted: false } : verdicts.at(-1)!;
            return { granted: true, thanksTo: new Set(needed) };
        }
    }
}

function evaluateOn({ path: template, privileges, any }: Check & { kind: "on" }, { held, parameter }: Asked): Verdict {
    const path = template.replace(/\{(\w+)\}/g, (_, name: string) => parameter(name) ?? "");
    const has = held(path);
    if (any) {
        const those = privileges.filter((privilege) => has.has(privilege));
        if (those.length === 0) return { granted: false, lacking: `${path}, ${privileges.join("|")}` };
        return { granted: true, thanksTo: new Set(those.length === 1 ? those : []) };
    }
    const missing = privileges.find((privilege) => !has.has(privilege));
    return missing === undefined
        ? { granted: true, thanksTo: new Set(privileges) }
        : { granted: false, lacking: `${path}, ${missing}` };
}

function thanksTo(verdict: Verdict): string[] {
    return verdict.granted ? [...verdict.thanksTo] : [];
}
