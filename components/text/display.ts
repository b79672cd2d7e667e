/** How a value that was received is shown to a person: on one line, shortened, and no secret. */

export function display(value: unknown): string {
    const text = inWords(value);
    if (/PRIVATE\s*KEY/i.test(text)) return "a private key, which is not shown";
    return visible(text.length > 80 ? `${text.slice(0, 77)}...` : text);
}

function inWords(value: unknown): string {
    // JSON has no word for these.
    if (typeof value === "number" || typeof value === "bigint") return String(value);
    if (typeof value === "function") return "a function";
    try {
        const kind = Object.prototype.toString.call(value).slice(8, -1);
        if (!["Object", "Array", "String", "Number", "Boolean", "Null", "Undefined", "Symbol"].includes(kind))
            return `a ${kind}`;
        return JSON.stringify(value) ?? String(value);
    } catch {
        return `something that cannot be shown (${typeof value})`;
    }
}

/** Characters of no width, or that look like others, are often what is wrong. */
export function visible(text: string): string {
    return text.replace(/[^\x20-\x7e]/g, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/**
 * Text of another machine, as it may be shown: what a terminal would act on, and what has no width or turns the order
 * of letters round, is written out. Line breaks and tabs stay.
 */
export const printable = (text: string): string =>
    text.replace(/[^\P{C}\n\t]/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);

/** The same of one line. */
export const printableLine = (text: string): string => printable(text).replace(/[\n\t]/g, " ");
