/** Log formats: text for nginx to put between single quotes. */
import type { Problems } from "../spec/problems";
import type { Model } from "./model";

/**
 * A dollar that begins no variable: neither $name nor ${name}. Whether there is a variable of that name nginx knows.
 */
const LONE_DOLLAR = /\$(?![A-Za-z0-9_]|\{[A-Za-z0-9_]+\})/;

/** What their spec does not say. */
export function checkLogs(problems: Problems, logs: Model["logs"]): void {
    for (const [key, format] of Object.entries(logs)) {
        const path = `logs.${key}`;
        if (LONE_DOLLAR.test(format))
            problems.add(path, "must have a $ only before the name of a variable, as in $status or ${status}", format);
        if (format.startsWith("escape="))
            problems.add(path, "must not begin with escape=, which nginx takes for a way of escaping", format);
    }
}
