/** `npm run drift -- [--stack NAME] [--json] [--identity FILE]`: which managed files were edited by hand, and how. */
import { parseArgs } from "node:util";
import { type DriftedFile, driftOf, type HostDrift } from "../components/inspection/drift";
import { UserError } from "../tools/run";
import { deploymentOf, privateKeyOf } from "./deployment";

export const USAGE = "npm run drift -- [--stack NAME] [--json] [--identity FILE]";

/** Exit status 0: none; 1: some; 2: a host could not be looked at. */
export async function drift(args: string[]): Promise<void> {
    const { values } = read(args);
    const found = await driftOf(await deploymentOf(values.stack), await privateKeyOf(values.stack, values.identity));
    process.stdout.write(values.json === true ? `${JSON.stringify(found, undefined, 2)}\n` : driftText(found, values.stack));
    process.exitCode = found.some(({ problem }) => problem !== undefined) ? 2 : found.some(({ files }) => files.length > 0) ? 1 : 0;
}

function read(args: string[]) {
    try {
        return parseArgs({ args, options: { stack: { type: "string" }, json: { type: "boolean" }, identity: { type: "string" } } });
    } catch (error) {
        throw new UserError(`${(error as Error).message.split(". ")[0]}. Use: ${USAGE}`);
    }
}

/** The report for people, with the way to put things right at its end. */
export function driftText(found: HostDrift[], stack: string | undefined): string {
    const which = stack === undefined ? "" : ` --stack ${stack}`;
    const drifted = found.filter(({ files }) => files.length > 0);
    return [
        ...found.flatMap(({ host, problem, files }) => (problem !== undefined ? [`${host}: ${problem}`]
            : files.length === 0 ? [`${host}: every file is as it was rendered`] : files.flatMap((file) => fileText(host, file)))),
        ...(drifted.length === 0 ? [] : ["", "To put them back:", `  pulumi config set repair "$(date +%F-%H%M)"${which} && pulumi up${which}`]),
        "",
    ].join("\n");
}

function fileText(host: string, { path, state, mode, diff }: DriftedFile): string[] {
    const what = mode === undefined ? state : `permissions ${mode.seen} instead of ${mode.expected}`;
    return [`${host}: ${path}: ${what}`, ...diff.map((line) => `    ${line}`)];
}
