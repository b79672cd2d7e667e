/** What `--help` prints, from a command's declaration. */
import type { Explained } from "./commandLine";
import type { Option } from "./options";

const WIDTH = 110;
const COULD_NOT = "it could not run, or was used wrongly";

/** `Usage: npm run drift -- [--stack NAME] [--json]`. */
export function usageLine({ call, options, names }: Explained): string {
    const words = Object.entries(options).map(([name, option]) => {
        const whole = written(name, option);
        return option.required === true ? whole : `[${whole}]${option.repeated === true ? "..." : ""}`;
    });
    const all = [...words, ...(names === undefined ? [] : [names.usage])];
    return `Usage: ${all.length === 0 ? call.replace(/ --$/, "") : [call, ...all].join(" ")}`;
}

export function helpText(declaration: Explained): string {
    const { about, options, names, statuses, examples, more } = declaration;
    const described = [
        ...(names === undefined ? [] : [[names.usage, names.about] as const]),
        ...Object.entries(options).map(
            ([name, option]) => [written(name, option), `${option.about}${defaultOf(option)}`] as const,
        ),
        ["-h, --help", "this text"] as const,
    ];
    const ends = Object.entries({ 2: COULD_NOT, ...statuses }).map(([status, meaning]) => [status, meaning] as const);
    return [
        ...wrap(about, 0),
        "",
        ...wrap(usageLine(declaration), 7),
        "",
        ...table(described),
        ...(more === undefined ? [] : ["", more.trimEnd()]),
        "",
        "Exit status:",
        ...table(ends),
        "",
        examples.length === 1 ? "Example:" : "Examples:",
        ...examples.map((line) => `  ${line}`),
        "",
    ].join("\n");
}

function written(name: string, { placeholder }: Option<unknown>): string {
    return placeholder === undefined ? `--${name}` : `--${name} ${placeholder}`;
}

/** Where there is no value without the option, its own words say what then happens. */
function defaultOf({ defaultText }: Option<unknown>): string {
    return defaultText === undefined ? "" : ` (default: ${defaultText})`;
}

/** Two columns, the second one wrapped. */
export function table(rows: (readonly [string, string])[]): string[] {
    const first = Math.max(...rows.map(([term]) => term.length));
    return rows.flatMap(([term, meaning]) => wrap(`  ${term.padEnd(first)}  ${meaning}`, first + 4));
}

/** Breaks between words; lines after the first begin with that many spaces. */
function wrap(line: string, indent: number): string[] {
    const lines: string[] = [];
    let rest = line;
    while (rest.length > WIDTH) {
        const at = rest.lastIndexOf(" ", WIDTH);
        if (at <= indent) break;
        lines.push(rest.slice(0, at));
        rest = `${" ".repeat(indent)}${rest.slice(at + 1)}`;
    }
    return [...lines, rest];
}
