/** Programs of the drill, run on a host without being put there. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { quote } from "../../../components/text/quote";
import { asRoot } from "../../../components/ssh/asRoot";

/** The text of a program in `programs/`. */
export const program = (name: string): string => readFileSync(join(__dirname, "..", "programs", `${name}.sh`), "utf8");

/** A command that runs a bash text as root, with arguments. */
export function bashAsRoot(user: string, text: string, words: string[] = [], before = ""): string {
    return asRoot(user, `${before}/bin/bash -c ${quote(text)} drill${words.map((word) => ` ${quote(word)}`).join("")}`);
}
