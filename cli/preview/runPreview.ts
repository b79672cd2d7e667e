/** A preview's JSON: of a file, of standard input, or of pulumi, which is run for it. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { child, type Ended, succeeded } from "../../tools/child";
import { part } from "../../tools/progress";
import { UserError } from "../../tools/run";
import { pulumiOptions } from "../stackOutputs";
import { addViolations } from "./policies";
import { type Preview, readPreview } from "./previewJson";

export interface PreviewRun {
    preview: Preview;
    /** As pulumi printed it; undefined when it printed no JSON. */
    json?: string;
    /** Whether pulumi ended with an error. Of a file, only what it tells is known. */
    failed: boolean;
}

/** "-" is standard input. */
export async function previewOf(file: string): Promise<PreviewRun> {
    const json = file === "-" ? await text(process.stdin) : await readText(file);
    const preview = readPreview(json, file === "-" ? "What came by standard input" : file);
    return { preview, json, failed: preview.problems.length > 0 };
}

export interface PreviewSettings {
    stack: string | undefined;
    /** Where the program is; undefined: where the command was started. */
    folder: string | undefined;
    /** With the resources that do not change. */
    same?: boolean;
    /** Folders of policy packs, and files with their settings, one for each or none. */
    policies?: { packs: string[]; configs: string[] };
}

export async function runPreview(settings: PreviewSettings): Promise<PreviewRun> {
    const { ended, events } = await part("pulumi preview", () => pulumiPreview(settings));
    const { stdout, stderr } = ended;
    const failed = !succeeded(ended);
    try {
        const preview = readPreview(stdout, "What pulumi printed");
        addViolations(preview, events);
        if (failed && preview.problems.length === 0) preview.problems.push(...lastLines(stderr));
        return { preview, json: stdout, failed: failed || preview.problems.length > 0 };
    } catch (error) {
        if (!failed) throw error;
        // It ended before the program ran: no such stack, no passphrase, no backend.
        return { preview: { steps: [], counts: {}, problems: lastLines(stderr || stdout), warnings: [] }, failed };
    }
}

/** `events` is empty without policies. */
async function pulumiPreview(settings: PreviewSettings): Promise<{ ended: Ended; events: string }> {
    const { stack, folder, same = false, policies = { packs: [], configs: [] } } = settings;
    const { cwd, env } = await pulumiOptions(stack);
    const log = policies.packs.length === 0 ? undefined : await mkdtemp(join(tmpdir(), "ha-api-preview-"));
    const events = log === undefined ? undefined : join(log, "events.json");
    try {
        const words = [
            "preview",
            "--json",
            ...(same ? ["--show-sames"] : []),
            ...(stack === undefined ? [] : ["--stack", stack]),
            ...policies.packs.flatMap((pack) => ["--policy-pack", resolve(pack)]),
            ...policies.configs.flatMap((config) => ["--policy-pack-config", resolve(config)]),
            ...(events === undefined ? [] : ["--event-log", events]),
            "--non-interactive",
            "--color",
            "never",
        ];
        const ended = await child("pulumi", words, {
            cwd: folder === undefined ? cwd : resolve(folder),
            env: {
                ...env,
                PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "",
                // The option for the log is one of these.
                ...(events === undefined ? {} : { PULUMI_DEBUG_COMMANDS: "true" }),
            },
        });
        return { ended, events: events === undefined ? "" : await readFile(events, "utf8").catch(() => "") };
    } finally {
        if (log !== undefined) await rm(log, { recursive: true, force: true });
    }
}

/** Its last output, without what comes before "error:" where there is that. */
function lastLines(output: string): string[] {
    const lines = output.trimEnd().split("\n");
    const first = lines.findIndex((line) => line.startsWith("error:"));
    const words = lines
        .slice(first < 0 ? -15 : first)
        .join("\n")
        .trim();
    return words === "" ? [] : [words.replace(/^error: /, "")];
}

async function readText(file: string): Promise<string> {
    return readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
        throw new UserError(
            `${file} cannot be read: ${error.code === "ENOENT" ? "there is no such file" : (error.code ?? error.message)}.`,
        );
    });
}
