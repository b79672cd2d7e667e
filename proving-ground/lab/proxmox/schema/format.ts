/** Ways to write down the form of a text: what a function decides upon, lists of it, and property strings. */
import type { Format, Properties } from "./parameter";

/** The refusal of a value, in the words that follow `invalid format - `; ends with a line end, as Proxmox' do. */
export class FormatError extends Error {
    override name = "FormatError";
}

export interface One {
    kind: "one";
    check: (value: string) => void;
}

export const properties = (description: Properties): Format => ({ kind: "properties", properties: description });

/** Holds for values that the expression matches; else the message, with `{}` for the value. */
export const matching = (expression: RegExp, message: string): One => ({
    kind: "one",
    check: (value) => {
        if (!expression.test(value)) throw new FormatError(`${message.replace("{}", value)}\n`);
    },
});

/** Each entry of a list must be of that form; an empty list is one. */
export const listOf = ({ check }: { check: (value: string) => void }): Format => ({
    kind: "list",
    check: (value) => splitList(value).forEach((entry) => check(entry)),
});

/** Entries of a list are separated by commas, semicolons or spaces. */
export function splitList(value: string): string[] {
    return value.split(/[,;\s]+/).filter((entry) => entry !== "");
}
