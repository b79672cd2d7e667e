/** The command line of `npm run bench`. */
import { UserError } from "../tools/run";

/** Takes options out of the words of a command line; what is left when all are taken are its names. */
export class Words {
    private readonly words: string[];

    constructor(words: string[]) {
        this.words = [...words];
    }

    /** The value that follows an option; undefined without the option. */
    value(option: string): string | undefined {
        const at = this.words.indexOf(option);
        if (at < 0) return undefined;
        const [, value] = this.words.splice(at, 2);
        if (value === undefined || value.startsWith("--")) throw new UserError(`${option} needs a value after it.`);
        return value;
    }

    /** A whole number that follows an option. */
    count(option: string, fallback: number, most: number): number {
        return this.optionalCount(option, most) ?? fallback;
    }

    /** The same; undefined without the option. */
    optionalCount(option: string, most: number): number | undefined {
        const text = this.value(option);
        if (text === undefined) return undefined;
        const number = Number(text);
        if (!Number.isInteger(number) || number < 1 || number > most) throw new UserError(`${option} takes a number from 1 to ${most}; received ${text}.`);
        return number;
    }

    /** Names with commas between them; undefined without the option. */
    list(option: string): string[] | undefined {
        return this.value(option)?.split(",").filter((name) => name !== "");
    }

    flag(option: string): boolean {
        const at = this.words.indexOf(option);
        if (at >= 0) this.words.splice(at, 1);
        return at >= 0;
    }

    /** The names that are left; an option among them is one that nobody knows. */
    rest(): string[] {
        const unknown = this.words.filter((word) => word.startsWith("-"));
        if (unknown.length > 0) throw new UserError(`There is no option ${unknown.join(", ")}; see docs/benchmarks.md.`);
        return this.words;
    }
}
