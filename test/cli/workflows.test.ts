/**
 * The workflow files of examples/ci: linted, and their scripts run as a job runs them, with stand-ins for pulumi, the
 * services and their command lines.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheFolder, projectFolder } from "../../tools/cache";
import { checkersOf, imagePath } from "../../proving-ground/lab/hypervisor/image";
import { helpOf, scripts } from "../docs/help";
import { noCheckers } from "../checkers";
import { githubFiles, githubFolder, gitlab, jobOf, workflow } from "../examples/ci/workflows";
import { ApiServer } from "./preview/apiServer";
import { recordedFile } from "./preview/support";

/** Pinned; built once, by whoever has Go. */
const ACTIONLINT = "v1.7.12";

/** Undefined where it cannot be had. */
function actionlint(): string | undefined {
    const folder = join(cacheFolder, "actionlint", ACTIONLINT);
    const program = join(folder, "actionlint");
    if (existsSync(program)) return program;
    const { status } = spawnSync("go", ["install", `github.com/rhysd/actionlint/cmd/actionlint@${ACTIONLINT}`], {
        env: { ...process.env, GOBIN: folder },
        timeout: 240_000,
    });
    return status === 0 ? program : undefined;
}

describe("the workflows for GitHub", function () {
    it("are linted by actionlint", function () {
        this.timeout(300_000);
        const program = actionlint();
        if (program === undefined) return this.skip();
        const { status, stdout } = spawnSync(
            program,
            ["-no-color", ...githubFiles.map((file) => join(githubFolder, file))],
            { encoding: "utf8" },
        );
        assert.equal(status, 0, stdout);
    });

    for (const file of githubFiles) {
        it(`${file}: gives each job what it needs and no more, and puts nothing of others into a script`, () => {
            const { on, permissions, concurrency, jobs } = workflow(file);
            assert.deepEqual(permissions, {}, "none but those that a job names");
            assert.ok(concurrency.group.includes("prod"), "one group for each stack");
            assert.ok(!("pull_request_target" in on) && !("workflow_run" in on), "no event that gives forks secrets");
            for (const job of Object.values(jobs)) {
                assert.ok(job.permissions !== undefined, "a job names its permissions");
                for (const { run } of job.steps) assert.doesNotMatch(run ?? "", /\$\{\{/);
            }
        });
    }

    it("run no forks, may write comments in previews only, and deploy from a protected environment", () => {
        const preview = jobOf("pull-request.yaml");
        assert.equal(preview.if, "github.event.pull_request.head.repo.full_name == github.repository");
        assert.deepEqual(preview.permissions, { contents: "read", "pull-requests": "write" });
        assert.equal(jobOf("deploy.yaml").environment, "prod");
        assert.equal(workflow("deploy.yaml").concurrency["cancel-in-progress"], false);
        assert.equal(workflow("deploy.yaml").concurrency.group, workflow("drift.yaml").concurrency.group);
        assert.equal(Object.values(jobOf("deploy.yaml").permissions!).includes("write"), false);
    });

    it("and GitLab's run npm scripts that there are, with options that they have", async function () {
        this.timeout(120_000);
        const texts = [
            ...githubFiles.flatMap((file) => jobOf(file).steps.map(({ run }) => run ?? "")),
            ...Object.values(gitlab).flatMap(({ script }) => script ?? []),
        ];
        const calls = texts.flatMap((text) => [...text.matchAll(/npm run -s (\S+) -- ([^\n|>]*)/g)]);
        assert.ok(calls.length >= 10, String(calls.length));
        for (const [, script, words] of calls) {
            assert.ok(script! in scripts, script);
            const help = await helpOf([script!]);
            for (const [option] of words!.matchAll(/--[a-z-]+/g))
                assert.ok(help.includes(`${option}`), `${script} ${option}`);
        }
    });
});

describe("a job", function () {
    this.timeout(180_000);
    const server = new ApiServer();
    let folder: string;
    before(() => server.start());
    after(() => server.stop());
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "ha-api-job-"));
        mkdirSync(join(folder, "bin"));
        mkdirSync(join(folder, "work"));
        server.requests.length = 0;
        server.comments = [];
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    const program = (name: string, text: string): void =>
        writeFileSync(join(folder, "bin", name), `#!/bin/bash\n${text}\n`, { mode: 0o755 });
    const asked = (): string[] =>
        existsSync(join(folder, "asked")) ? readFileSync(join(folder, "asked"), "utf8").trim().split("\n") : [];

    /** The project's commands are this checkout's; all else is a stand-in that notes what it is asked. */
    function standIns(preview: string, reviewed = preview): void {
        const root = noCheckers() === false ? imagePath(checkersOf("13")) : "";
        const commands = `exec ${process.execPath} --import tsx ${join(projectFolder, "cli", "main.ts")}`;
        program(
            "npm",
            `set -eu; if test "$1" = ci; then exit 0; fi; name=$3; shift 4; here=$PWD; files=()
for word; do case $word in *.json|*.md) word=$here/$word;; esac; files+=("$word"); done
cd ${projectFolder}
case $name in
preview:*) ${commands} "$name" "\${files[@]}";;
validate) test -n "${root}" || exit 0; ${commands} "$name" "\${files[@]/--in-place/}" --root "${root}";;
*) echo "npm $name $*" >> ${folder}/asked;;
esac`.replace('"${files[@]/--in-place/}"', '$(printf "%s " "${files[@]}" | sed s/--in-place//)'),
        );
        program(
            "pulumi",
            `echo "pulumi $*" >> ${folder}/asked; if test "$1" = preview; then cat ${recordedFile(preview)}; fi`,
        );
        program("sudo", `"$@"`);
        for (const name of ["apt-get", "chmod"]) program(name, "exit 0");
        program("tee", "cat > /dev/null");
        program(
            "gh",
            `echo "gh $*" >> ${folder}/asked
case "$1 $2" in
"api "*) echo abc123;;
"run list") echo 4711;;
"run download") mkdir -p reviewed; cp ${recordedFile(reviewed)} reviewed/reviewed.json;;
esac`,
        );
        program(
            "curl",
            `echo "curl $*" >> ${folder}/asked
case "$*" in *reviewed.json*) cp ${recordedFile(reviewed)} reviewed.json;; *merge_requests*) echo '[{"iid":3}]';; esac`,
        );
    }

    const environment = (): Record<string, string> => ({
        STACK: "vms",
        GITHUB_API_URL: server.url,
        GITHUB_REPOSITORY: "owner/site",
        GITHUB_SHA: "0123456789abcdef",
        GITHUB_TOKEN: "t0ken-of-the-job",
        GITHUB_EVENT_PATH: join(folder, "event.json"),
        GITHUB_STEP_SUMMARY: join(folder, "summary.md"),
        HEAD: "fedcba98",
        CI_API_V4_URL: server.url,
        CI_PROJECT_ID: "12",
        CI_MERGE_REQUEST_IID: "3",
        GITLAB_TOKEN: "t0ken-of-the-project",
        CI_COMMIT_SHA: "0123456789abcdef",
    });

    function bash(text: string): Promise<{ status: number; output: string }> {
        writeFileSync(join(folder, "event.json"), JSON.stringify({ pull_request: { number: 7 } }));
        const env = {
            ...process.env,
            ...environment(),
            HOME: folder,
            XDG_CACHE_HOME: join(cacheFolder, ".."),
            PATH: `${join(folder, "bin")}:${process.env["PATH"]}`,
        };
        return new Promise((resolve) =>
            execFile(
                "bash",
                ["-eo", "pipefail", "-c", text],
                { cwd: join(folder, "work"), env },
                (error, stdout, stderr) =>
                    resolve({ status: error === null ? 0 : Number(error.code), output: stdout + stderr }),
            ),
        );
    }

    /** Step by step, until one fails; what runs after a failure is left out. */
    async function run(file: string): Promise<{ status: number; output: string; last: string }> {
        let output = "";
        for (const { run: text, name = "", if: when } of jobOf(file).steps) {
            if (text === undefined || when === "failure()") continue;
            const ended = await bash(text);
            output += ended.output;
            if (ended.status !== 0) return { status: ended.status, output, last: name };
        }
        return { status: 0, output, last: "" };
    }

    it("previews a pull request: a comment, the daemons' word, and the preview kept", async () => {
        standIns("firstTime");
        const { status, output } = await run("pull-request.yaml");
        assert.equal(status, 0, output);
        assert.match(server.comments[0]!.body, /### Preview of `ha-api\/vms`: new hosts[\s\S]*`fedcba98`/);
        if (noCheckers() === false) assert.match(output, /vrrp1: nginx accepts its configuration/);
        assert.match(readFileSync(join(folder, "summary.md"), "utf8"), /new hosts/);
        assert.equal(
            readFileSync(join(folder, "work", "reviewed.json"), "utf8"),
            readFileSync(recordedFile("firstTime"), "utf8"),
        );
    });

    it("comments on a pull request whose inputs are bad, and fails", async () => {
        standIns("badInputs");
        const { status, last } = await run("pull-request.yaml");
        assert.deepEqual([status, last], [1, "Comment on the pull request"]);
        assert.match(server.comments[0]!.body, /\*\*FAILED\*\*/);
    });

    it("deploys what was reviewed", async () => {
        standIns("memory");
        const { status, output } = await run("deploy.yaml");
        assert.equal(status, 0, output);
        assert.match(output, /Nothing is new since the review: 4 operations/);
        const calls = asked();
        assert.ok(calls.includes("pulumi up --stack vms --yes --skip-preview --non-interactive"), calls.join("\n"));
        assert.equal(calls.at(-1), "npm status --stack vms");
        assert.ok(
            calls.some((call) =>
                call.startsWith("gh run list --repo owner/site --workflow pull-request.yaml --commit abc123"),
            ),
            calls.join("\n"),
        );
    });

    it("does not deploy what was not reviewed", async () => {
        standIns("template", "memory");
        const { status, output, last } = await run("deploy.yaml");
        assert.deepEqual([status, last], [1, "Nothing new since the review"]);
        assert.match(output, /replace kube-api-vrrp1-vm/);
        assert.doesNotMatch(asked().join("\n"), /^pulumi up/m);
    });

    it("does not deploy what belongs to no pull request", async () => {
        standIns("memory");
        program("gh", "exit 0");
        const { status, output } = await run("deploy.yaml");
        assert.equal(status, 1);
        assert.match(output, /belongs to no pull request/);
    });

    it("opens an issue on drift, and adds to one that is open", async () => {
        standIns("unchanged");
        const text = jobOf("drift.yaml").steps.at(-1)!.run!;
        program("gh", `echo "gh $*" >> ${folder}/asked`);
        assert.equal((await bash(`RUN=url\n${text}`)).status, 0);
        assert.match(asked().at(-1)!, /^gh issue create .*--title Drift of vms/);
        program("gh", `echo "gh $*" >> ${folder}/asked; test "$2" != list || echo 5`);
        assert.equal((await bash(`RUN=url\n${text}`)).status, 0);
        assert.match(asked().at(-1)!, /^gh issue comment 5 /);
    });

    it("previews a merge request on GitLab, with its numbers, and deploys it", async () => {
        standIns("firstTime");
        const preview = await bash(gitlab["preview"]!.script.join("\n"));
        assert.equal(preview.status, 0, preview.output);
        assert.match(server.comments[0]!.body, /new hosts/);
        assert.deepEqual(JSON.parse(readFileSync(join(folder, "work", "terraform.json"), "utf8")), {
            create: 11,
            update: 0,
            delete: 0,
        });
        const deploy = await bash(gitlab["deploy"]!.script.join("\n"));
        assert.equal(deploy.status, 0, deploy.output);
        assert.match(asked().join("\n"), /^pulumi up --stack vms --yes --skip-preview --non-interactive$/m);
        assert.ok(!asked().join("\n").includes("t0ken"), "no token on a command line");
        assert.match(gitlab["preview"]!.rules[0]!.if, /SOURCE_PROJECT_ID == \$CI_PROJECT_ID/);
        assert.equal(gitlab["deploy"]!.resource_group, gitlab["drift"]!.resource_group);
    });
});
