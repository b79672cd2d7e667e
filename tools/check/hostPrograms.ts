/**
 * Programs in shell and Perl, as formatters and linters see them. Formatters read the files; linters read the programs
 * for hosts as they are installed, since a part alone says nothing of what the others define.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { programText } from "../../components/host/assemble";
import { PROGRAMS, SENT_PROGRAMS } from "../../components/host/programs";
import { type Checker, checkers } from "../../test/checkers";
import { projectFolder } from "../cache";
import { run, UserError } from "../run";

/** Longest line, as in TypeScript. Neither formatter breaks one: shfmt leaves lines as they are. */
const COLUMNS = 120;

/** Four spaces, cases indented, operators first in a line, a space behind redirections. */
const SHFMT = ["-i", "4", "-ci", "-bn", "-sr"];

interface FormattedProgram {
    /** Path in this project. */
    name: string;
    text: string;
    /** The same, as the formatter writes it. */
    formatted: string;
}

/** By the tools of the newest Debian. */
export async function checkPrograms(): Promise<void> {
    const [checker] = await checkers();
    const programs = await formattedPrograms(checker!);
    const long = programs.flatMap(longLines);
    if (long.length > 0) throw new UserError(`longer than ${COLUMNS} columns: ${long.join(", ")}`);
    const unformatted = programs.filter(({ text, formatted }) => text !== formatted);
    if (unformatted.length > 0) {
        const names = unformatted.map(({ name }) => name).join(", ");
        throw new UserError(`${names}: not as shfmt and perltidy write it; let them: npm run format`);
    }
    const shell = { ...(await otherScripts()), ...installed("shell") };
    ask(checker!, "shellcheck", Object.keys(shell), shell);
    const perl = installed("perl");
    for (const path of Object.keys(perl)) {
        const output = ask(checker!, "perl", ["-c", path], perl);
        if (output !== `${path} syntax OK\n`) throw new UserError(`perl finds:\n${output.trimEnd()}`);
    }
    ask(checker!, "perlcritic", ["--profile", "/.perlcriticrc", "--quiet", ...Object.keys(perl)], {
        ...(await filesOf(".perlcriticrc")),
        ...perl,
    });
}

/** All of this project's; the guides' own are as the guides print them. */
export async function formattedPrograms(checker: Checker): Promise<FormattedProgram[]> {
    const settings = await filesOf(".perltidyrc");
    const shell = await filesOf("*.sh", ":!proving-ground/bench/failover/setups");
    const perl = await filesOf("*.pl", "*.pm");
    const format = (files: Record<string, string>, tool: string, ...args: string[]): FormattedProgram[] =>
        Object.entries(files).map(([path, text]) => {
            const formatted = ask(checker, tool, [...args, path], { ...settings, [path]: text });
            return { name: path.slice(1), text, formatted };
        });
    return [
        ...format(shell, "shfmt", ...SHFMT),
        ...format(perl, "perltidy", "-pro=/.perltidyrc", "--standard-output", "--standard-error-output"),
    ];
}

/** "FILE:LINE" of each line that is too long. */
export function longLines({ name, text }: Pick<FormattedProgram, "name" | "text">): string[] {
    return text.split("\n").flatMap((line, index) => (line.length > COLUMNS ? [`${name}:${index + 1}`] : []));
}

/** The programs for hosts in one language, as they are put together, by a path for the linter. */
function installed(language: "shell" | "perl"): Record<string, string> {
    return Object.fromEntries(
        [...PROGRAMS, ...SENT_PROGRAMS]
            .map((name) => [`/programs/${name}`, programText(name)] as const)
            .filter(([, text]) => text.startsWith("#!/usr/bin/perl\n") === (language === "perl")),
    );
}

const otherScripts = (): Promise<Record<string, string>> =>
    filesOf("*.sh", ":!proving-ground/bench/failover/setups", ":!components/host");

/** Files of this project, by the paths that they have for the tools. */
async function filesOf(...patterns: string[]): Promise<Record<string, string>> {
    const listed = await run("git", ["ls-files", ...patterns], { cwd: projectFolder });
    const files: Record<string, string> = {};
    for (const name of listed.trim().split("\n")) files[`/${name}`] = await readFile(join(projectFolder, name), "utf8");
    return files;
}

/** What the tool says; an error where it finds something. */
function ask(checker: Checker, tool: string, args: string[], files: Record<string, string>): string {
    const { status, output } = checker.run(tool, args, files);
    if (status !== 0) throw new UserError(`${tool} finds:\n${output.trimEnd()}`);
    return output;
}
