/** `npm run drift`: which managed files were edited by hand, and how. */
import { type DriftedFile, driftOf, type HostDrift } from "../components/inspection/drift";
import { commandLine } from "../tools/commandLine";
import { deploymentOf, privateKeyOf } from "./deployment";
import { asJson, ofStack, withKey } from "./options";

const line = commandLine({
    call: "npm run drift --",
    about:
        "Compares the managed files on each host with what was rendered for it, and shows what was edited by " +
        "hand. Nothing is changed.",
    options: { ...ofStack, ...asJson, ...withKey },
    statuses: {
        0: "every file is as it was rendered",
        1: "some are not",
        2:
            "it could not run, or was used wrongly, or a host could not be inspected; what was seen on the " +
            "others is shown",
    },
    examples: ["npm run drift", "npm run -s drift -- --stack prod --json"],
});

export async function drift(words: string[]): Promise<void> {
    const { stack, identity, json } = line.read(words);
    const found = await driftOf(await deploymentOf(stack), await privateKeyOf(stack, identity));
    process.stdout.write(json ? `${JSON.stringify(found, undefined, 2)}\n` : driftText(found, stack));
    process.exitCode = exitCodeOf(found);
}

function exitCodeOf(found: HostDrift[]): number {
    if (found.some(({ problem }) => problem !== undefined)) return 2;
    return found.some(({ files }) => files.length > 0) ? 1 : 0;
}

function hostText({ host, problem, files }: HostDrift): string[] {
    if (problem !== undefined) return [`${host}: ${problem}`];
    if (files.length === 0) return [`${host}: every file is as it was rendered`];
    return files.flatMap((file) => fileText(host, file));
}

/** The report for people, with the way to put things right at its end. */
export function driftText(found: HostDrift[], stack: string | undefined): string {
    const which = stack === undefined ? "" : ` --stack ${stack}`;
    const drifted = found.filter(({ files }) => files.length > 0);
    return [
        ...found.flatMap(hostText),
        ...(drifted.length === 0
            ? []
            : [
                  "",
                  "To put them back:",
                  `  pulumi config set repairTrigger "$(date +%F-%H%M)"${which} && pulumi up${which}`,
              ]),
        "",
    ].join("\n");
}

function fileText(host: string, { path, state, mode, diff }: DriftedFile): string[] {
    const what = mode === undefined ? state : `permissions ${mode.seen} instead of ${mode.expected}`;
    return [`${host}: ${path}: ${what}`, ...diff.map((line) => `    ${line}`)];
}
