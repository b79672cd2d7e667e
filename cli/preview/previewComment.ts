/** `npm run preview:comment`: a preview as a comment on a pull request. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { commandLine } from "../../tools/commandLine";
import { flag, type Option, repeated, text } from "../../tools/options";
import { say } from "../../tools/progress";
import { Finding, UserError } from "../../tools/run";
import { ofStack } from "../options";
import { programFolder } from "../programFolder";
import { commentOf, markerOf, titleOf } from "./comment";
import { maskFor } from "./mask";
import { terraformReport } from "./operations";
import { github } from "./post/github";
import { gitlab } from "./post/gitlab";
import { post } from "./post/post";
import { previewOf, type PreviewRun, runPreview } from "./runPreview";

const line = commandLine({
    call: "npm run preview:comment --",
    about:
        "Writes what pulumi preview would change as Markdown for a pull request: what happens on which host, the " +
        "difference of each file, warnings and problems. Secrets are left out. Runs pulumi preview, or reads what " +
        "pulumi preview --json printed. Contacts no host.",
    options: {
        ...ofStack,
        folder: text("DIR", "where the program is, as pulumi's --cwd; without it the folder of this command"),
        from: text("FILE", 'what pulumi preview --json printed, "-" for standard input; without it pulumi is run'),
        "policy-pack": repeated("DIR", "policies that the stack must keep, as pulumi's --policy-pack; without it none"),
        "policy-pack-config": repeated("FILE", "their settings, as pulumi's --policy-pack-config; without it none"),
        out: text("FILE", "where to write the comment; without it to standard output, unless it is posted"),
        save: text("FILE", "where to write the preview's JSON, for preview:compare; without it nowhere"),
        "terraform-report": text(
            "FILE",
            "where to write the numbers that GitLab shows (artifacts: reports: terraform); without it nowhere",
        ),
        of: text("WORDS", "what is previewed, such as a commit; without it the commit of the job, where it has one"),
        github: flag(
            "post it on GitHub, or update it: GITHUB_REPOSITORY, GITHUB_TOKEN, GITHUB_API_URL, GITHUB_EVENT_PATH",
        ),
        gitlab: flag("the same on GitLab: CI_API_V4_URL, CI_PROJECT_ID, CI_MERGE_REQUEST_IID, GITLAB_TOKEN"),
        "pull-request": pullRequestNumber(),
    },
    clash: ({
        github: onGithub,
        gitlab: onGitlab,
        from,
        folder,
        "policy-pack": packs,
        "policy-pack-config": configs,
    }) => [
        ...(onGithub && onGitlab ? ["--github and --gitlab exclude each other"] : []),
        ...(from !== undefined && folder !== undefined
            ? ["--folder is for a preview that is run, not one --from FILE"]
            : []),
        ...(from !== undefined && packs.length > 0
            ? ["--policy-pack is for a preview that is run, not one --from FILE"]
            : []),
        ...(configs.length > packs.length ? ["--policy-pack-config goes with a --policy-pack"] : []),
    ],
    statuses: {
        0: "the comment was written",
        1: "the preview failed; the comment, which says why, was written all the same",
    },
    examples: [
        "npm run -s preview:comment -- --stack prod > comment.md",
        "npm run preview:comment -- --stack prod --policy-pack policy --github --save reviewed.json",
        "pulumi preview --json | npm run -s preview:comment -- --from -",
    ],
});

function pullRequestNumber(): Option<number | undefined> {
    const option = text("NUMBER", "the pull or merge request; without it the one that the job runs for");
    return {
        ...option,
        value: (given, refuse) => {
            const [number] = given.slice(-1);
            if (number === undefined) return undefined;
            if (!/^[1-9]\d*$/.test(number)) refuse(`takes the number of a pull request; received "${number}"`);
            return Number(number);
        },
    };
}

export async function previewComment(words: string[]): Promise<void> {
    const options = line.read(words);
    const mask = maskFor(process.env);
    const hosting = await hostingOf(options);
    const run =
        options.from === undefined
            ? await runPreview({
                  stack: options.stack,
                  folder: options.folder,
                  policies: { packs: options["policy-pack"], configs: options["policy-pack-config"] },
              })
            : await previewOf(options.from);
    const title = await titleFor(run, options);
    const of = options.of ?? commitOfJob();
    const body = commentOf(run.preview, { title, mask, failed: run.failed, ...(of === undefined ? {} : { of }) });
    await save(options.save, run.json);
    await save(options["terraform-report"], `${JSON.stringify(terraformReport(run.preview))}\n`);
    await save(options.out, body);
    if (options.out === undefined && hosting === undefined) process.stdout.write(body);
    if (hosting !== undefined) {
        const { what, url } = await post(hosting, markerOf(title), body);
        say(`The comment was ${what} on ${hosting.name}: ${url}`);
    }
    if (run.failed) throw new Finding("The preview failed; the comment says why.");
}

async function hostingOf(options: { github: boolean; gitlab: boolean; "pull-request": number | undefined }) {
    if (options.github) return github(process.env, options["pull-request"]);
    if (options.gitlab) return gitlab(process.env, options["pull-request"]);
    return undefined;
}

async function save(file: string | undefined, content: string | undefined): Promise<void> {
    if (file === undefined || content === undefined) return;
    await writeFile(file, content).catch((error: NodeJS.ErrnoException) => {
        throw new UserError(
            `${file} cannot be written: ${error.code === "ENOENT" ? "its folder does not exist" : (error.code ?? error.message)}.`,
        );
    });
}

/** The same for every preview of a stack, also of one that ended before the program ran. */
async function titleFor(
    { preview }: PreviewRun,
    { stack, folder }: { stack: string | undefined; folder: string | undefined },
): Promise<string> {
    const known = titleOf(preview);
    if (known !== undefined) return known;
    const name = (stack ?? process.env["PULUMI_STACK"] ?? "").split("/");
    const ofFolder = await readFile(join(folder ?? programFolder(), "Pulumi.yaml"), "utf8").then(
        (yaml) => (parse(yaml) as { name?: string }).name,
        () => undefined,
    );
    const project = name.length > 2 ? name.at(-2) : ofFolder;
    return `${project ?? "unknown"}/${name.at(-1) || "unknown"}`;
}

function commitOfJob(): string | undefined {
    const commit = process.env["GITHUB_SHA"] ?? process.env["CI_COMMIT_SHA"];
    return commit === undefined || commit === "" ? undefined : commit.slice(0, 12);
}
