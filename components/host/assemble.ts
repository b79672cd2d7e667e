/**
 * Makes one self-contained program out of its parts, so that each program on a host is one file with one checksum.
 *
 * In shell, a part is named by a line `. converge/manifest.sh`, a path from this folder; the line `. prelude` stands
 * for the paths (prelude.ts). In Perl it is `use Watch::Check ...;`, which stands for watch/Check.pm. A part that
 * several others name is there once, before the first of them.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { perlPrelude, shellPrelude } from "./prelude";

/** Where a program may begin, in the order of preference: a file of its own, or the main part of a folder. */
const BEGINNINGS = [".sh", "/main.sh", "/main.pl"];

const assembled = new Map<string, string>();

/** The text of the program of that name, as it is installed. */
export function programText(name: string): string {
    const text = assembled.get(name) ?? assemble(name);
    assembled.set(name, text);
    return text;
}

function assemble(name: string): string {
    const beginning = BEGINNINGS.map((end) => `${name}${end}`).find((path) => existsSync(join(__dirname, path)));
    if (beginning === undefined) throw new Error(`there is no program ${name} in ${__dirname}`);
    return beginning.endsWith(".pl") ? assemblePerl(read(beginning)) : assembleShell(read(beginning));
}

const read = (path: string): string => readFileSync(join(__dirname, path), "utf8");

/** The shell program that `main` is the main part of. */
export function assembleShell(main: string): string {
    const taken = new Set<string>();
    const expand = (text: string): string =>
        text.replace(/^\. ((?:[\w-]+\/)*[\w-]+\.sh)\n/gm, (_, path: string) => {
            if (taken.has(path)) return "";
            taken.add(path);
            return expand(read(path).replace(/^# shellcheck shell=.*\n/, ""));
        });
    const whole = expand(main);
    return whole.replace(/^\. prelude\n/m, shellPrelude(whole));
}

/**
 * The Perl program that `main` is the main part of. Each module is compiled in a block of its own before the rest, and
 * registered where `use` looks for what is already loaded.
 */
export function assemblePerl(main: string): string {
    const modules = new Map<string, string>();
    const collect = (text: string): void => {
        for (const [, name] of text.matchAll(/^use Watch::(\w+)\b/gm)) {
            if (modules.has(name!)) continue;
            const module = name === "Paths" ? perlPrelude() : read(`watch/${name}.pm`);
            // Known before its own parts are, so that a circle ends; Perl itself would complain of one.
            modules.set(name!, "");
            collect(module);
            modules.delete(name!);
            modules.set(name!, module);
        }
    };
    collect(main);
    const blocks = [...modules].map(
        ([name, module]) => `BEGIN {\n$INC{'Watch/${name}.pm'} = __FILE__;\n${module.replace(/^1;\n/m, "")}}\n\n`,
    );
    // Behind the comment that says what the program is, and `use strict`.
    const head = /^(?:#.*\n|use (?!Watch::)\w+;\n)*/.exec(main)![0];
    return `${head}${blocks.join("")}${main.slice(head.length)}`;
}
