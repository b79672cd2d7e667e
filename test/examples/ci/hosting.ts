/**
 * A service such as GitHub on this machine: a bare repository, the API for comments, what its jobs leave, and a runner
 * that runs them. `gh` is a stand-in that knows the questions of examples/ci.
 */
import { execFile } from "node:child_process";
import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { ApiServer } from "../../cli/preview/apiServer";
import { type Ran, runJob } from "./runJob";
import { jobOf } from "./workflows";

const REPOSITORY = "team/kube-api";
const TOKEN = "ghs_0123456789abcdef0123456789abcdef";

/** Answers from files: `pulls/COMMIT` holds the head of its pull request, `runs/COMMIT/reviewed.json` an artifact. */
const GH = (folder: string): string => `#!/bin/sh
cd_to=$PWD; cd '${folder}'
case "$1 $2" in
"api repos/${REPOSITORY}/commits/"*) commit=\${2%/pulls}; cat "pulls/\${commit##*/}" 2> /dev/null || true ;;
"run list")
    while test "$1" != --commit; do shift; done
    if test -e "runs/$2/reviewed.json"; then echo "$2"; fi ;;
"run download") run=$3; while test "$1" != --dir; do shift; done; mkdir -p "$cd_to/$2"; cp "runs/$run/"* "$cd_to/$2" ;;
"issue list") if test -e issue; then echo 5; fi ;;
"issue create" | "issue comment") echo "$*" >> issue ;;
*) echo "gh $*: not known" >&2; exit 1 ;;
esac
`;

export interface Change {
    number: number;
    /** The commit that was pushed last. */
    head: string;
}

export class Hosting {
    readonly api = new ApiServer();
    private readonly remote: string;
    readonly runner: string;
    private readonly bin: string;

    /** `root`: an empty folder; `environment`: the runner's. */
    constructor(
        private readonly root: string,
        private readonly environment: Readonly<Record<string, string | undefined>>,
        private readonly expressions: Record<string, string>,
    ) {
        this.remote = join(root, "kube-api.git");
        this.runner = join(root, "runner");
        this.bin = join(root, "bin");
    }

    /** Takes in the repository, whose branch is `main`. `rootWithDaemons`: instead of those a job would install. */
    async start(repository: string, rootWithDaemons: string): Promise<void> {
        await this.api.start();
        for (const name of ["pulls", "runs", "bin"]) await mkdir(join(this.root, name), { recursive: true });
        await git(this.root, "clone", "--quiet", "--bare", repository, this.remote);
        await git(repository, "remote", "add", "origin", this.remote);
        await git(this.root, "clone", "--quiet", this.remote, this.runner);
        const npm = (await promisify(execFile)("sh", ["-c", "command -v npm"])).stdout.trim();
        const programs = {
            gh: GH(this.root),
            // The runner keeps the packages while the lock file is the same, as a cache does.
            npm: `#!/bin/sh
if test "$*" = ci; then
    cmp -s package-lock.json .git/installed || { ${npm} ci --no-audit --no-fund && cp package-lock.json .git/installed; }
elif test "$1 $3" = "run validate"; then exec ${npm} "$@" --root '${rootWithDaemons}'
else exec ${npm} "$@"; fi
`,
            // Nothing is installed on this machine.
            sudo: "#!/bin/sh\ncat > /dev/null\n",
        };
        for (const [name, text] of Object.entries(programs))
            await writeFile(join(this.bin, name), text, { mode: 0o755 });
    }

    stop(): Promise<void> {
        return this.api.stop();
    }

    /** The job for a pull request: of the merge with `main`, as the service checks it out. */
    async previewed({ number, head }: Change): Promise<Ran> {
        await this.checkOut("origin/main");
        await git(this.runner, "merge", "--quiet", "--no-ff", "-m", `Merge ${head}`, head);
        const event = { pull_request: { number, head: { sha: head } } };
        const kept = join(this.root, "runs", head);
        const ran = await this.run("pull-request.yaml", event, {
            "github.event.pull_request.head.sha": head,
            "github.event.pull_request.number": String(number),
        });
        if (ran.succeeded) {
            await mkdir(kept, { recursive: true });
            await copyFile(join(this.runner, "reviewed.json"), join(kept, "reviewed.json"));
        }
        return ran;
    }

    /** Merges the change into `main`; its commit there. */
    async merge({ number, head }: Change): Promise<string> {
        await this.checkOut("origin/main");
        await git(this.runner, "merge", "--quiet", "--no-ff", "-m", `Merge pull request #${number}`, head);
        await git(this.runner, "push", "--quiet", "origin", "HEAD:main");
        const commit = await git(this.runner, "rev-parse", "HEAD");
        await writeFile(join(this.root, "pulls", commit), head);
        return commit;
    }

    /** A branch comes into `main` behind the commit of a pull request, as if it belonged to that. */
    async withMore(commit: string, branch: string): Promise<void> {
        await this.checkOut("origin/main");
        await git(this.runner, "merge", "--quiet", "--no-ff", "-m", "More", `origin/${branch}`);
        await git(this.runner, "push", "--quiet", "origin", "HEAD:main");
        const more = await git(this.runner, "rev-parse", "HEAD");
        await copyFile(join(this.root, "pulls", commit), join(this.root, "pulls", more));
    }

    /** Takes the last commit away from `main`. */
    async without(): Promise<void> {
        await this.checkOut("origin/main");
        await git(this.runner, "push", "--quiet", "--force", "origin", "HEAD^1:main");
    }

    /** What jobs have kept of previews. */
    async kept(): Promise<string[]> {
        const runs = await readdir(join(this.root, "runs"));
        return Promise.all(runs.map((run) => readFile(join(this.root, "runs", run, "reviewed.json"), "utf8")));
    }

    /** The job for a push to `main`. */
    deployed(): Promise<Ran> {
        return this.ofMain("deploy.yaml");
    }

    /** The job of every night. */
    drifted(): Promise<Ran> {
        return this.ofMain("drift.yaml");
    }

    /** What was said in issues, a line each. */
    async issues(): Promise<string[]> {
        const text = await readFile(join(this.root, "issue"), "utf8").catch(() => "");
        return text.split("\n").filter((line) => line !== "");
    }

    private async ofMain(file: string): Promise<Ran> {
        await this.checkOut("origin/main");
        return this.run(file, {}, { "github.server_url": "https://github.example.com", "github.run_id": "4711" });
    }

    private async run(file: string, event: object, expressions: Record<string, string>): Promise<Ran> {
        const [eventPath, summary] = [join(this.root, "event.json"), join(this.root, "summary.md")];
        await writeFile(eventPath, JSON.stringify(event));
        return runJob(jobOf(file), {
            folder: this.runner,
            environment: {
                ...this.environment,
                PATH: `${this.bin}:${this.environment["PATH"]}`,
                GITHUB_API_URL: this.api.url,
                GITHUB_REPOSITORY: REPOSITORY,
                GITHUB_SHA: await git(this.runner, "rev-parse", "HEAD"),
                GITHUB_EVENT_PATH: eventPath,
                GITHUB_STEP_SUMMARY: summary,
            },
            expressions: {
                ...this.expressions,
                ...expressions,
                "github.token": TOKEN,
                "github.repository": REPOSITORY,
            },
        });
    }

    private async checkOut(what: string): Promise<void> {
        await git(this.runner, "fetch", "--quiet", "--prune", "origin");
        await git(this.runner, "checkout", "--quiet", "--force", "--detach", what);
        await git(this.runner, "clean", "--quiet", "--force", "-d");
    }
}

/** A commit of all that there is in the folder, on that branch, pushed; its name. */
export async function pushed(repository: string, branch: string, message: string): Promise<string> {
    await git(repository, "checkout", "--quiet", "-B", branch);
    await git(repository, "commit", "--quiet", "--all", "--message", message);
    await git(repository, "push", "--quiet", "--force", "origin", branch);
    return git(repository, "rev-parse", "HEAD");
}

export async function git(folder: string, ...words: string[]): Promise<string> {
    const own = ["-c", "user.name=A member of the team", "-c", "user.email=team@example.com"];
    return (await promisify(execFile)("git", [...own, ...words], { cwd: folder })).stdout.trim();
}
