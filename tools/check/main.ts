/** `npm run check`: types, lint and the programs for the hosts. */
import { commandLine } from "../commandLine";
import { main } from "../main";
import { checkProject } from "./project";

const line = commandLine({
    call: "npm run check --",
    about:
        "Checks this project's own code: types, lint, files that `npm run generate` writes, and all programs " +
        "in shell and Perl (the latter as root only: their linters run in a root file system of the lab).",
    options: {},
    statuses: { 0: "nothing was found", 1: "something was, and is shown; what comes after it was not checked" },
    examples: ["npm run check"],
});

main(async () => {
    line.read(process.argv.slice(2));
    await checkProject();
});
