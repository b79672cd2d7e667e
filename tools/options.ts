/**
 * The kinds of options there are on a command line. A command declares its own with them once: they are read, checked
 * and explained from that.
 */

/** What an option is, and how the arguments after it become its value. */
export interface Option<T> {
    /** What stands for the value in the usage, `FILE`; absent where the option takes none. */
    placeholder?: string;
    about: string;
    /** For people, of an option that has one. */
    defaultText?: string;
    /** Whether it may be given more than once. */
    repeated?: boolean;
    required?: boolean;
    /**
     * From every value that was given, in order, none when there was none. Says what is wrong by `refuse`, in a
     * sentence without subject.
     */
    value: (given: string[], refuse: (why: string) => void) => T;
}

const last = (given: string[]): string | undefined => given[given.length - 1];

/** Given or not. */
export function flag(about: string): Option<boolean> {
    return { about, value: (given) => given.length > 0 };
}

/** Any text; undefined without it. */
export function text(placeholder: string, about: string): Option<string | undefined> {
    return { placeholder, about, value: last };
}

/** Any text, or what it is without the option. */
export function textOr(placeholder: string, about: string, otherwise: string): Option<string> {
    return { placeholder, about, defaultText: otherwise, value: (given) => last(given) ?? otherwise };
}

/** Any text, and the command cannot do without it. */
export function required(placeholder: string, about: string): Option<string> {
    return { placeholder, about, required: true, value: (given) => last(given) ?? "" };
}

/** Texts, one for each time the option is given. */
export function repeated(placeholder: string, about: string): Option<string[]> {
    return { placeholder, about, repeated: true, value: (given) => given };
}

/** The same, of words that are known: gives them in the order in which they are known, each once. */
export function repeatedChoice<const Word extends string>(
    placeholder: string,
    about: string,
    words: readonly Word[],
): Option<Word[]> {
    return {
        placeholder,
        about,
        repeated: true,
        value: (given, refuse) => {
            const unknown = given.filter((word) => !(words as readonly string[]).includes(word));
            if (unknown.length > 0)
                refuse(
                    `does not know ${unknown.map((word) => `"${word}"`).join(", ")}; there are: ${words.join(", ")}`,
                );
            return words.filter((word) => given.includes(word));
        },
    };
}

/** Names with commas between them; undefined without the option. */
export function list(placeholder: string, about: string): Option<string[] | undefined> {
    return {
        placeholder,
        about,
        value: (given) =>
            last(given)
                ?.split(",")
                .filter((name) => name !== ""),
    };
}

/** One of a few words; undefined without the option. */
export function choiceOrNone<const Word extends string>(
    placeholder: string,
    about: string,
    words: readonly [Word, ...Word[]],
): Option<Word | undefined> {
    const option = choice(placeholder, about, words);
    return {
        placeholder,
        about: `${words.join(" or ")}: ${about}`,
        value: (given, refuse) => (given.length === 0 ? undefined : option.value(given, refuse)),
    };
}

/** One of a few words, the first one without the option. */
export function choice<const Word extends string>(
    placeholder: string,
    about: string,
    words: readonly [Word, ...Word[]],
): Option<Word> {
    return {
        placeholder,
        about: `${about}: ${words.join(" or ")}`,
        defaultText: words[0],
        value: (given, refuse) => {
            const word = words.find((known) => known === (last(given) ?? words[0]));
            if (word === undefined) refuse(`takes ${words.join(" or ")}; received "${last(given)}"`);
            return word ?? words[0];
        },
    };
}

/** A whole number, or what it is without the option. */
export function count(
    placeholder: string,
    about: string,
    { min = 1, max, otherwise }: { min?: number; max: number; otherwise: number },
): Option<number> {
    const option = countOrNone(placeholder, about, { min, max });
    return {
        ...option,
        defaultText: String(otherwise),
        value: (given, refuse) => option.value(given, refuse) ?? otherwise,
    };
}

/** A whole number; undefined without the option. */
export function countOrNone(
    placeholder: string,
    about: string,
    { min = 1, max }: { min?: number; max: number },
): Option<number | undefined> {
    return {
        placeholder,
        about: `${about}; ${min} to ${max}`,
        value: (given, refuse) => {
            const words = last(given);
            if (words === undefined) return undefined;
            if (/^\d+$/.test(words) && Number(words) >= min && Number(words) <= max) return Number(words);
            refuse(`takes a whole number from ${min} to ${max}; received "${words}"`);
            return undefined;
        },
    };
}
