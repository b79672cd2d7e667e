/** The comment on the pull request: made once, then kept up to date. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectFolder } from "../../../tools/cache";
import { ApiServer } from "./apiServer";
import { recordedFile, recordedText } from "./support";

const TOKEN = "ghp_RECOGNISABLErecognisable0123456789ab";

interface Ended {
    status: number;
    stdout: string;
    stderr: string;
}

describe("npm run preview:comment", function () {
    this.timeout(60_000);
    const server = new ApiServer();
    let folder: string;
    before(() => server.start());
    after(() => server.stop());
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "ha-api-comment-"));
        writeFileSync(join(folder, "event.json"), JSON.stringify({ pull_request: { number: 7 } }));
        server.requests.length = 0;
        server.comments = [];
        server.failures = [];
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    const onGithub = (): NodeJS.ProcessEnv => ({
        GITHUB_API_URL: server.url,
        GITHUB_REPOSITORY: "owner/site",
        GITHUB_TOKEN: TOKEN,
        GITHUB_EVENT_PATH: join(folder, "event.json"),
    });
    const onGitlab = (): NodeJS.ProcessEnv => ({
        CI_API_V4_URL: server.url,
        CI_PROJECT_ID: "12",
        CI_MERGE_REQUEST_IID: "3",
        CI_MERGE_REQUEST_PROJECT_URL: "https://gitlab.example.com/owner/site",
        GITLAB_TOKEN: TOKEN,
    });

    /** Whatever happens, nothing that is printed holds the token. */
    async function command(args: string[], env: NodeJS.ProcessEnv = {}, name = "preview:comment"): Promise<Ended> {
        const own = Object.fromEntries(
            Object.entries(process.env).filter(([key]) => !/^(GITHUB_|GITLAB_|CI_)/.test(key)),
        );
        const ended = await new Promise<Ended>((resolve) =>
            execFile(
                process.execPath,
                ["--import", "tsx", join(projectFolder, "cli", "main.ts"), name, ...args],
                { cwd: projectFolder, env: { ...own, ...env } },
                (error, stdout, stderr) => resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
            ),
        );
        assert.doesNotMatch(ended.stdout + ended.stderr, /RECOGNISABLE/);
        assert.doesNotMatch(ended.stderr, /^ {4}at /m, "an error for people, without a stack trace");
        return ended;
    }
    const from = (name: string): string[] => ["--from", recordedFile(name)];

    it("makes the comment on GitHub, then updates the same one", async () => {
        server.comments = [{ id: 1, body: "by a person" }];
        const first = await command([...from("memory"), "--github"], onGithub());
        assert.deepEqual([first.status, first.stdout], [0, ""], first.stderr);
        assert.match(first.stderr, /The comment was created on GitHub: https:\/\/example\.com\/comment\/1001/);
        const second = await command([...from("template"), "--github"], onGithub());
        assert.match(second.stderr, /The comment was updated on GitHub: https:\/\/example\.com\/comment\/1001/);
        const issue = "/repos/owner/site/issues";
        const page = `GET ${issue}/7/comments?per_page=100&page=1`;
        assert.deepEqual(server.calls(), [page, `POST ${issue}/7/comments`, page, `PATCH ${issue}/comments/1001`]);
        assert.deepEqual(
            server.comments.map(({ id }) => id),
            [1, 1001],
        );
        assert.match(server.comments[1]!.body, /\*\*VM REPLACED\*\*/);
        assert.ok(
            server.requests.every(({ token, body }) => token === `Bearer ${TOKEN}` && !body.includes(TOKEN)),
            "the token is in the header alone",
        );
    });

    it("gives each stack a comment of its own", async () => {
        await command([...from("memory"), "--github"], onGithub());
        await command([...from("vrrpPassword"), "--github"], onGithub());
        assert.equal(server.comments.length, 2);
    });

    it("finds its comment on a later page, and names another pull request when told", async () => {
        await command([...from("memory"), "--github", "--pull-request", "8"], onGithub());
        const [own] = server.comments;
        server.comments = [...Array.from({ length: 205 }, (_, id) => ({ id, body: "talk" })), own!];
        server.requests.length = 0;
        await command([...from("memory"), "--github", "--pull-request", "8"], onGithub());
        assert.deepEqual(
            server.calls().map((call) => call.replace(/^(\S+ ).*\/(?=comments)/, "$1")),
            [
                "GET comments?per_page=100&page=1",
                "GET comments?per_page=100&page=2",
                "GET comments?per_page=100&page=3",
                "PATCH comments/1000",
            ],
        );
        assert.match(server.calls()[0]!, /\/issues\/8\//);
    });

    it("does not take somebody else's comment for its own that begins like it", async () => {
        await command([...from("memory"), "--github"], onGithub());
        server.comments[0]!.foreign = true;
        const { status } = await command([...from("memory"), "--github"], onGithub());
        assert.equal(status, 0);
        assert.equal(server.comments.length, 2);
    });

    it("posts the comment on a failed preview too, and ends with 1", async () => {
        const { status, stderr } = await command([...from("badInputs"), "--github"], onGithub());
        assert.equal(status, 1);
        assert.match(stderr, /The preview failed; the comment says why/);
        assert.match(server.comments[0]!.body, /\*\*FAILED\*\*[\s\S]*ha-api:engine/);
    });

    it("makes the note on GitLab, then updates the same one", async () => {
        const first = await command([...from("memory"), "--gitlab"], onGitlab());
        assert.match(
            first.stderr,
            /created on GitLab: https:\/\/gitlab\.example\.com\/owner\/site\/-\/merge_requests\/3#note_1000/,
        );
        await command([...from("template"), "--gitlab"], onGitlab());
        const notes = "/projects/12/merge_requests/3/notes";
        const page = `GET ${notes}?per_page=100&page=1&sort=asc&order_by=created_at`;
        assert.deepEqual(server.calls(), [page, `POST ${notes}`, page, `PUT ${notes}/1000`]);
        assert.ok(
            server.requests.every(({ token }) => token === TOKEN),
            "with a token of the project",
        );
    });

    const refusals: [number, RegExp][] = [
        [401, /answered with 401\. The token in GITHUB_TOKEN is not valid/],
        [
            403,
            /answered with 403\. The token may not write comments: the job needs `permissions: \{ pull-requests: write \}`/,
        ],
        [404, /answered with 404\. There is no pull request 7 in owner\/site/],
    ];
    for (const [status, message] of refusals) {
        it(`says what a refusal with ${status} means, and ends with 2`, async () => {
            server.failures = [{ status, times: 9 }];
            const ended = await command([...from("memory"), "--github"], onGithub());
            assert.equal(ended.status, 2);
            assert.match(ended.stderr, message);
            assert.equal(server.requests.length, 1, "and does not ask again");
        });
    }

    it("asks again while the service is busy", async () => {
        server.failures = [{ status: 502, times: 1 }];
        const { status } = await command([...from("memory"), "--github"], onGithub());
        assert.equal(status, 0);
        assert.deepEqual(
            server.calls().map((call) => call.split(" ")[0]),
            ["GET", "GET", "POST"],
        );
    });

    it("says that a service cannot be reached", async () => {
        const gone = new ApiServer();
        await gone.start();
        const { url } = gone;
        await gone.stop();
        const env = { ...onGitlab(), CI_API_V4_URL: url };
        const { status, stderr } = await command([...from("memory"), "--gitlab"], env);
        assert.equal(status, 2);
        assert.match(stderr, /GitLab \(GET \/projects\/12\/merge_requests\/3\/notes\) cannot be reached: ECONNREFUSED/);
    });

    it("says which variables are missing, before anything is done", async () => {
        const github = await command([...from("memory"), "--github"], { GITHUB_REPOSITORY: "owner/site" });
        assert.deepEqual([github.status, github.stdout], [2, ""]);
        assert.match(github.stderr, /--github needs GITHUB_TOKEN in the environment/);
        const gitlab = await command([...from("memory"), "--gitlab"]);
        assert.match(gitlab.stderr, /needs CI_API_V4_URL and CI_PROJECT_ID and GITLAB_TOKEN and CI_MERGE_REQUEST_IID/);
        const event = await command([...from("memory"), "--github"], {
            ...onGithub(),
            GITHUB_EVENT_PATH: "/nonexistent",
        });
        assert.match(event.stderr, /does not know the pull request.*--pull-request NUMBER/);
        assert.equal(server.requests.length, 0);
    });

    it("refuses options that make no sense together, or take no such value", async () => {
        const both = await command(["--github", "--gitlab", "--pull-request", "x", ...from("memory"), "--folder", "."]);
        assert.equal(both.status, 2);
        for (const part of [
            /exclude each other/,
            /takes the number of a pull request; received "x"/,
            /not one --from FILE/,
        ])
            assert.match(both.stderr, part);
    });

    it("writes files: the comment, the preview, GitLab's numbers", async () => {
        const [out, saved, report] = ["out.md", "saved.json", "report.json"].map((name) => join(folder, name));
        const args = ["--out", out!, "--save", saved!, "--terraform-report", report!];
        assert.deepEqual(await command([...from("template"), ...args]), { status: 0, stdout: "", stderr: "" });
        assert.match(readFileSync(out!, "utf8"), /VM REPLACED/);
        assert.equal(readFileSync(saved!, "utf8"), readFileSync(recordedFile("template"), "utf8"));
        assert.deepEqual(JSON.parse(readFileSync(report!, "utf8")), { create: 8, update: 0, delete: 8 });
        await command([...from("hostRemoved"), ...args]);
        assert.deepEqual(JSON.parse(readFileSync(report!, "utf8")), { create: 0, update: 2, delete: 4 });
    });

    it("says what is wrong with a file that is no preview", async () => {
        const bad: [string, RegExp][] = [
            ["", /it is empty/],
            ["hello\n", /no line of it begins with \{/],
            ['{"steps": [', /it was cut off/],
            ['{"sequence":0}\n{"sequence":1}\n', /leave PULUMI_ENABLE_STREAMING_JSON_PREVIEW unset/],
            ['{"version": 3}', /it has neither steps nor diagnostics/],
        ];
        await Promise.all(
            bad.map(async ([text, why], index) => {
                const file = join(folder, `bad${index}.json`);
                writeFileSync(file, text);
                const { status, stderr } = await command(["--from", file]);
                assert.equal(status, 2, text);
                assert.match(stderr, why);
            }),
        );
        assert.match((await command(["--from", join(folder, "none.json")])).stderr, /there is no such file/);
    });

    describe("with pulumi, which it runs", () => {
        /** A pulumi that prints a recorded preview, or fails. */
        function pulumi(text: string): NodeJS.ProcessEnv {
            const program = `#!/bin/sh\necho "$PWD $*" >> ${join(folder, "asked")}\ncase $1 in preview) ${text};; esac\n`;
            writeFileSync(join(folder, "pulumi"), program, { mode: 0o755 });
            return { PATH: `${folder}:${process.env["PATH"]}` };
        }

        it("names the stack and the program's folder", async () => {
            const env = pulumi(`cat ${recordedFile("memory")}`);
            const { status, stdout } = await command(["--stack", "o/p/vms", "--folder", folder], env);
            assert.equal(status, 0);
            assert.match(stdout, /VM power-cycled/);
            assert.match(
                readFileSync(join(folder, "asked"), "utf8"),
                new RegExp(`${folder} preview --json --stack o/p/vms --non-interactive --color never`),
            );
        });

        it("gives a comment where pulumi fails before the program runs, with the same marker", async () => {
            writeFileSync(join(folder, "Pulumi.yaml"), "name: ha-api\n");
            const env = pulumi('echo noise; echo "error: no stack named vms found" >&2; exit 6');
            const { status, stdout } = await command(["--stack", "vms", "--folder", folder], env);
            assert.equal(status, 1);
            assert.match(stdout, /^<!-- ha-api-load-balancer preview of ha%2Dapi%2Fvms -->\n/);
            assert.match(stdout, /\*\*FAILED\*\*[\s\S]*no stack named vms found/);
        });
    });
});

describe("npm run preview:compare", function () {
    this.timeout(60_000);
    const compare = (...names: string[]): Promise<Ended> => compareFiles(...names.map(recordedFile));
    const compareFiles = (...files: string[]): Promise<Ended> =>
        new Promise((resolve) =>
            execFile(
                process.execPath,
                ["--import", "tsx", join(projectFolder, "cli", "main.ts"), "preview:compare", ...files],
                { cwd: projectFolder },
                (error, stdout, stderr) => resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr }),
            ),
        );

    it("is content where nothing is new, and where less is to be done", async () => {
        assert.deepEqual(await compare("memory", "memory"), {
            status: 0,
            stdout: "Nothing is new since the review: 4 operations.\n",
            stderr: "",
        });
        assert.equal((await compare("memory", "unchanged")).status, 0);
    });

    it("names the input whose value is another one in an operation that was reviewed", async () => {
        const { status, stderr } = await compare("memory", "apiServerRemoved");
        assert.equal(status, 1);
        assert.match(stderr, /\n {2}- update kube-api-vrrp2-configuration \(urn:.*\): with another create, stdin/);
    });

    it("accepts any value that was not known in the review, and no other way round", async () => {
        const folder = mkdtempSync(join(tmpdir(), "ha-api-compare-"));
        try {
            const unknown = join(folder, "unknown.json");
            const known = recordedText("memory");
            const unknowns = known.replaceAll(
                '"logging": "stderr"',
                '"logging": "04da6b54-80e4-46f7-96ec-b56ff0331ba9"',
            );
            assert.notEqual(unknowns, known);
            writeFileSync(unknown, unknowns);
            assert.equal((await compareFiles(unknown, recordedFile("memory"))).status, 0);
            assert.match((await compareFiles(recordedFile("memory"), unknown)).stderr, /with another logging\n/);
        } finally {
            rmSync(folder, { recursive: true });
        }
    });

    it("names each operation that is new, and ends with 1", async () => {
        const { status, stderr } = await compare("memory", "template");
        assert.equal(status, 1);
        assert.match(stderr, /Not in the preview that was reviewed:\n {2}- replace kube-api-vrrp2-vm \(urn:/);
        assert.equal(stderr.match(/^ {2}- /gm)?.length, 8);
    });

    it("takes no preview that failed", async () => {
        const { status, stderr } = await compare("memory", "badInputs");
        assert.equal(status, 1);
        assert.match(stderr, /is of a preview that failed/);
    });

    it("wants two files", async () => {
        assert.equal((await compare("memory")).status, 2);
    });
});
