/** Log formats: text for nginx to put between single quotes. */
import { logSpec } from "../inputs/logs";
import type { Problems } from "../spec/problems";
import { resolveGroup } from "../spec/resolve";
import type { Inputs } from "./inputs";
import type { Model } from "./model";

/**
 * A dollar that begins no variable: neither $name nor ${name}. Whether there is a variable of that name nginx knows.
 */
const LONE_DOLLAR = /\$(?![A-Za-z0-9_]|\{[A-Za-z0-9_]+\})/;

export function resolveLogs(problems: Problems, given: Inputs["logs"]): Model["logs"] {
    const logs = resolveGroup(problems, "logs", logSpec, given);
    for (const [key, format] of Object.entries(logs)) {
        const path = `logs.${key}`;
        if (LONE_DOLLAR.test(format))
            problems.add(path, "must have a $ only before the name of a variable, as in $status or ${status}", format);
        if (format.startsWith("escape="))
            problems.add(path, "must not begin with escape=, which nginx takes for a way of escaping", format);
    }
    return logs;
}
