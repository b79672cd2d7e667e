/**
 * One command of the project as it is typed: what it does, its options, and how it ends.
 *
 * A command declares these once. Its arguments are parsed by the declaration, everything that is wrong with them is
 * reported at once, before anything is done, and `--help` is written from it.
 */
import { parseArgs } from "node:util";
import { helpText, usageLine } from "./help";
import type { Option } from "./options";
import { UserError } from "./run";

/** What help is written from. */
export interface Explained {
    /** As typed, up to where options go: `npm run drift --`. */
    call: string;
    /** What it does; one sentence, or a few lines. */
    about: string;
    options: Record<string, Option<unknown>>;
    /** Arguments without an option; none by default. */
    names?: Names;
    /** What the statuses it ends with mean. 2 is always "it could not run", in these words unless others are given. */
    statuses: { 0: string; [status: number]: string };
    /** What to type, one line each. */
    examples: [string, ...string[]];
    /** What else there is to know, below the options. */
    more?: string;
}

export interface Declaration<Options extends Record<string, Option<unknown>>> extends Explained {
    options: Options;
    /** What is wrong with the options together, a sentence each. */
    clash?: (values: Values<Options>) => string[];
}

/** Arguments that belong to no option. */
export interface Names {
    /** `[PART ...]` */
    usage: string;
    about: string;
    /** How many there may be at most; any number by default. */
    max?: number;
    /** The first of them ends the options: what comes after is another program's. */
    last?: boolean;
}

export type Values<Options> = { [Name in keyof Options]: Options[Name] extends Option<infer T> ? T : never };

export interface CommandLine<Options> {
    /**
     * Throws a HelpAsked for `--help` and `-h`, and a UsageError that lists everything that is wrong with the
     * arguments.
     */
    read: (words: string[]) => Values<Options> & { names: string[] };
    help: string;
}

/** Not a failure: the text goes to standard output, and the program ends with 0. */
export class HelpAsked extends Error {
    override name = "HelpAsked";

    constructor(readonly help: string) {
        super("help was asked for");
    }
}

/** Words that the command does not know, or cannot use: nothing was done. */
export class UsageError extends UserError {
    override name = "UsageError";
}

export function commandLine<Options extends Record<string, Option<unknown>>>(
    declaration: Declaration<Options>,
): CommandLine<Options> {
    const { options } = declaration;
    return {
        help: helpText(declaration),
        read: (words) => {
            const [own, others] = split(words, declaration);
            const { tokens } = parseArgs({
                args: own,
                options: forParser(options),
                strict: false,
                allowPositionals: true,
                tokens: true,
            });
            const problems: string[] = [];
            const given = new Map<string, string[]>();
            const names: string[] = [];
            for (const token of tokens) {
                if (token.kind === "positional") names.push(token.value);
                if (token.kind !== "option") continue;
                if (token.name === HELP) throw new HelpAsked(helpText(declaration));
                const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
                const value = token.value ?? "";
                if (option === undefined) problems.push(`there is no option ${token.rawName}`);
                else if (option.placeholder === undefined && token.value !== undefined)
                    problems.push(`${token.rawName} takes no value; received "${value}"`);
                else if (option.placeholder !== undefined && (value === "" || value.startsWith("--")))
                    problems.push(`${token.rawName} takes a value, ${option.placeholder}`);
                else given.set(token.name, [...(given.get(token.name) ?? []), value]);
            }
            problems.push(...tooMany(names, declaration.names));
            const values = Object.fromEntries(
                Object.entries(options).map(([name, option]) => {
                    const values = given.get(name) ?? [];
                    if (values.length > 1 && option.repeated !== true && option.placeholder !== undefined)
                        problems.push(`--${name} is given ${values.length} times`);
                    if (
                        option.required === true &&
                        values.length === 0 &&
                        !own.some((word) => word.startsWith(`--${name}`))
                    )
                        problems.push(`--${name} ${option.placeholder ?? ""} is missing: ${option.about}`);
                    return [name, option.value(values, (why) => problems.push(`--${name} ${why}`))];
                }),
            ) as Values<Options>;
            problems.push(...(declaration.clash?.(values) ?? []));
            if (problems.length > 0) throw refusal(problems, declaration);
            return { ...values, names: [...names, ...others] };
        },
    };
}

const HELP = "help";

/** What this command reads, and what it hands on to another program as it is. */
function split(words: string[], { names, options }: Explained): [string[], string[]] {
    if (names?.last !== true) return [words, []];
    const takesValue = (word: string | undefined): boolean =>
        word !== undefined && options[word.replace(/^--/, "")]?.placeholder !== undefined;
    const at = words.findIndex((word, index) => !word.startsWith("-") && !takesValue(words[index - 1]));
    return at < 0 ? [words, []] : [words.slice(0, at), words.slice(at)];
}

function forParser(
    options: Record<string, Option<unknown>>,
): Record<string, { type: "string" | "boolean"; multiple: boolean; short?: string }> {
    const own = Object.entries(options).map(
        ([name, { placeholder }]) =>
            [name, { type: placeholder === undefined ? "boolean" : "string", multiple: true }] as const,
    );
    return { ...Object.fromEntries(own), [HELP]: { type: "boolean", multiple: true, short: "h" } };
}

function tooMany(names: string[], allowed: Names | undefined): string[] {
    if (allowed?.last === true) return [];
    const surplus = names.slice(allowed === undefined ? 0 : (allowed.max ?? names.length));
    return surplus.map((name) => `"${name}" belongs to no option`);
}

function refusal(problems: string[], declaration: Explained): UsageError {
    const list = problems.map((problem) => `  - ${problem}`).join("\n");
    return new UsageError(`${list}\nNothing was done. ${usageLine(declaration)}\nMore: ${declaration.call} --help`);
}
