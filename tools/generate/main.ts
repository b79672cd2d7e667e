/** `npm run generate`: writes what follows from the declarations of the inputs. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { projectFolder } from "../cache";
import { commandLine } from "../commandLine";
import { main } from "../main";
import { say } from "../progress";
import { derivedFiles } from "./derived";

const line = commandLine({
    call: "npm run generate --",
    about:
        "Writes what follows from declarations elsewhere: the inputs in docs/guide.md and Pulumi.yaml from " +
        "components/inputs, schema.json from the component, the table of folders in CONTRIBUTING.md from " +
        "tools/layers.json. `npm run check` fails where one of them is stale.",
    options: {},
    statuses: { 0: "every file is as it should be" },
    examples: ["npm run generate"],
});

main(async () => {
    line.read(process.argv.slice(2));
    for (const { path, now, wanted } of derivedFiles()) {
        if (now !== wanted) await writeFile(join(projectFolder, path), wanted);
        say(`  ${path}: ${now === wanted ? "as it was" : "written"}`);
    }
});
