/**
 * Markdown from texts that others wrote: what they hold is shown, never taken as Markdown or HTML, nor by the terminal
 * that it may be printed to.
 */
import { printable } from "../../components/text/display";

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "@": "&#64;", "#": "&#35;" };

/** In a line of text or a cell of a table. */
export function escaped(text: string): string {
    return onLine(text).replace(/[&<>@#]|:(?=\/\/)|[\\`*_~|![\]()$]/g, (sign) => {
        // An address becomes no link.
        if (sign === ":") return "&#58;";
        return ENTITIES[sign] ?? `\\${sign}`;
    });
}

/** `code`, in a line or a cell. */
export function code(text: string): string {
    const line = onLine(text).replace(/\|/g, "\\|");
    const fence = "`".repeat(longestRun(line) + 1);
    const space = line.startsWith("`") || line.endsWith("`") ? " " : "";
    return `${fence}${space}${line}${space}${fence}`;
}

/** A block of code, whose fence is longer than any in it. */
export function block(text: string, language = ""): string {
    const lines = printable(text).replace(/\n$/, "");
    const fence = "`".repeat(Math.max(3, longestRun(lines) + 1));
    return `${fence}${language}\n${lines}\n${fence}`;
}

/** What can be unfolded; the summary is Markdown's HTML, so its text is escaped. */
export function folded(summary: string, body: string, open = false): string {
    const html = onLine(summary).replace(/[&<>@]/g, (sign) => ENTITIES[sign]!);
    return `<details${open ? " open" : ""}><summary>${html}</summary>\n\n${body}\n\n</details>`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
    return `${count} ${count === 1 ? one : many}`;
}

/** "a", "a and b", "a, b and c". */
export function listed(words: string[]): string {
    return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

const onLine = (text: string): string => printable(text.replace(/\s+/g, " "));

function longestRun(text: string): number {
    return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
