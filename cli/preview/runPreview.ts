/** A preview's JSON: of a file, of standard input, or of pulumi, which is run for it. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { part } from "../../tools/progress";
import { UserError } from "../../tools/run";
import { pulumiOptions } from "../stackOutputs";
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

/** `same`: with the resources that do not change. */
export async function runPreview(
    stack: string | undefined,
    folder: string | undefined,
    settings: { same: boolean },
): Promise<PreviewRun> {
    const options = await pulumiOptions(stack);
    const { execa } = await import("execa");
    const { stdout, stderr, exitCode } = await part("pulumi preview", () =>
        execa(
            "pulumi",
            [
                "preview",
                "--json",
                ...(settings.same ? ["--show-sames"] : []),
                ...(stack === undefined ? [] : ["--stack", stack]),
                "--non-interactive",
                "--color",
                "never",
            ],
            {
                cwd: folder === undefined ? options.cwd : resolve(folder),
                env: { ...options.env, PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "" },
                stdin: "ignore",
                reject: false,
                encoding: "utf8",
                stripFinalNewline: false,
            },
        ),
    );
    const failed = exitCode !== 0;
    try {
        const preview = readPreview(stdout, "What pulumi printed");
        if (failed && preview.problems.length === 0) preview.problems.push(...lastLines(stderr));
        return { preview, json: stdout, failed: failed || preview.problems.length > 0 };
    } catch (error) {
        if (!failed) throw error;
        // It ended before the program ran: no such stack, no passphrase, no backend.
        return { preview: { steps: [], counts: {}, problems: lastLines(stderr || stdout), warnings: [] }, failed };
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
