/** Log formats: text for nginx to put between single quotes. */
import { freeText, settings } from "./checks";
import type { Inputs } from "./inputs";
import type { Model } from "./model";
import type { Problems } from "./problems";

/** Something besides blanks. */
const FORMAT = /^(?=.*\S)[\x20-\x26\x28-\x5b\x5d-\x7e]{1,2000}$/;
/**
 * A dollar that begins no variable: neither $name nor ${name}. Whether there is a variable of that name nginx knows.
 */
const LONE_DOLLAR = /\$(?![A-Za-z0-9_]|\{[A-Za-z0-9_]+\})/;

export function formatsOf(problems: Problems, given: Inputs["logs"], engine: Model["engine"]): Model["logs"] {
    const logs = settings(problems, "logs", given);
    const formats: Model["logs"] = {};
    for (const key of ["connectionFormat", "requestFormat"] as const) {
        if (logs[key] === undefined) continue;
        const path = `logs.${key}`;
        if (engine === "haproxy")
            problems.add(
                path,
                "is for the engine nginx only: HAProxy has formats of its own (option tcplog)",
                logs[key],
            );
        const format = freeText(
            problems,
            path,
            logs[key],
            FORMAT,
            "one line of text with nginx variables, without single quotes and backslashes",
        );
        if (LONE_DOLLAR.test(format))
            problems.add(path, "must have a $ only before the name of a variable, as in $status or ${status}", format);
        if (format.startsWith("escape="))
            problems.add(path, "must not begin with escape=, which nginx takes for a way of escaping", format);
        formats[key] = format;
    }
    return formats;
}
