/** `npm run preview:compare`: whether a preview does more than the one that was reviewed. */
import { commandLine } from "../../tools/commandLine";
import { Finding, UserError } from "../../tools/run";
import { maskFor } from "./mask";
import { newSince } from "./newSince";
import { operationsOf } from "./operations";
import { previewOf, type PreviewRun } from "./runPreview";

const line = commandLine({
    call: "npm run preview:compare --",
    about:
        "Compares two previews: nothing new since the review? New are an operation that the reviewed preview did not " +
        "have for that resource, and another value of an input, such as a line of a file. Values that were not known " +
        "in the review may be any by now; secrets cannot be compared, since previews do not have them.",
    options: {},
    names: {
        usage: "REVIEWED NOW",
        about: 'files with what pulumi preview --json printed, then and now; "-" is standard input',
        max: 2,
    },
    statuses: { 0: "nothing is new", 1: "something is, or one of the previews failed" },
    examples: ["npm run preview:compare -- reviewed.json now.json"],
});

export async function previewCompare(words: string[]): Promise<void> {
    const { names } = line.read(words);
    const [reviewed, now] = names;
    if (reviewed === undefined || now === undefined || (reviewed === "-" && now === "-"))
        throw new UserError(
            "Name two files: the preview that was reviewed, and that of now.\nMore: npm run preview:compare -- --help",
        );
    const runs = [await previewOf(reviewed), await previewOf(now)] as const;
    const failed = runs.findIndex((run) => run.failed);
    if (failed >= 0)
        throw new Finding(`${names[failed]} is of a preview that failed:\n  - ${problemsOf(runs[failed]!)}`);
    const more = newSince(runs[0].preview, runs[1].preview);
    if (more.length > 0)
        throw new Finding(
            `Not in the preview that was reviewed:\n${more.map((each) => `  - ${each}\n`).join("")}` +
                "Nothing was changed. Review again what is to be rolled out.",
        );
    const count = operationsOf(runs[1].preview).length;
    process.stdout.write(`Nothing is new since the review: ${count === 1 ? "1 operation" : `${count} operations`}.\n`);
}

const problemsOf = ({ preview }: PreviewRun): string => maskFor(process.env)(preview.problems.join("\n  - "));
