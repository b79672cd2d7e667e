/** Log formats: text for nginx to put between single quotes. */
import { settings, text } from "./checks";
import type { Inputs } from "./inputs";
import type { Model } from "./model";
import type { Problems } from "./problems";

const FORMAT = /^[\x20-\x26\x28-\x5b\x5d-\x7e]{1,2000}$/;

export function formatsOf(problems: Problems, given: Inputs["logs"], engine: Model["engine"]): Model["logs"] {
    const logs = settings(problems, "logs", given);
    const formats: Model["logs"] = {};
    for (const key of ["connectionFormat", "requestFormat"] as const) {
        if (logs[key] === undefined) continue;
        if (engine === "haproxy") problems.add(`logs.${key}`, "is for the engine nginx only: HAProxy has formats of its own (option tcplog)", logs[key]);
        formats[key] = text(problems, `logs.${key}`, logs[key], FORMAT, "one line of text with nginx variables, without single quotes and backslashes");
    }
    return formats;
}
