/** Comments of a pull request on GitHub, as a job of GitHub Actions has access to them. */
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { parsedJson } from "../../../components/text/json";
import { UserError } from "../../../tools/run";
import { type Api, call, type Hosting } from "./hosting";

type Environment = Record<string, string | undefined>;

const comment = z.object({ id: z.number(), body: z.string().nullish(), html_url: z.string().optional() });
const event = z.object({
    number: z.number().optional(),
    pull_request: z.object({ number: z.number() }).optional(),
    issue: z.object({ number: z.number() }).optional(),
});

const PAGE = 100;

/** `number` of the pull request: without it, that of the event that started the job. */
export async function github(environment: Environment, number: number | undefined): Promise<Hosting> {
    const { GITHUB_REPOSITORY: repository, GITHUB_TOKEN: token } = environment;
    const missing = ["GITHUB_REPOSITORY", "GITHUB_TOKEN"].filter((name) => (environment[name] ?? "") === "");
    if (missing.length > 0)
        throw new UserError(
            `--github needs ${missing.join(" and ")} in the environment; in a workflow: env: { GITHUB_TOKEN: ` +
                "${{ github.token }} }. GITHUB_REPOSITORY is OWNER/NAME.",
        );
    if (!/^[\w.-]+\/[\w.-]+$/.test(repository!))
        throw new UserError(`GITHUB_REPOSITORY is OWNER/NAME; received "${repository}".`);
    const pullRequest = number ?? (await numberOfEvent(environment["GITHUB_EVENT_PATH"]));
    const api: Api = {
        service: "GitHub",
        url: environment["GITHUB_API_URL"] || "https://api.github.com",
        headers: {
            authorization: `Bearer ${token}`,
            accept: "application/vnd.github+json",
            "x-github-api-version": "2022-11-28",
        },
        hints: {
            401: "The token in GITHUB_TOKEN is not valid, or no longer.",
            403:
                "The token may not write comments: the job needs `permissions: { pull-requests: write }`. For a pull " +
                "request of a fork it is read-only, whatever the workflow says.",
            404: `There is no pull request ${pullRequest} in ${repository}, or the token may not see it.`,
            422: "GitHub does not take the comment.",
            429: "There were too many requests; run again later.",
        },
    };
    const comments = `/repos/${repository}/issues/${pullRequest}/comments`;
    const urlOf = (answer: unknown): string =>
        comment.parse(answer).html_url ?? `comment on pull request ${pullRequest}`;
    return {
        name: "GitHub",
        pageSize: PAGE,
        page: async (page) =>
            z
                .array(comment)
                .parse(await call(api, "GET", `${comments}?per_page=${PAGE}&page=${page}`))
                .map(({ id, body }) => ({ id, body: body ?? "" })),
        create: async (body) => urlOf(await call(api, "POST", comments, { body })),
        update: async (id, body) =>
            urlOf(await call(api, "PATCH", `/repos/${repository}/issues/comments/${id}`, { body })),
    };
}

async function numberOfEvent(file: string | undefined): Promise<number> {
    const text = file === undefined || file === "" ? undefined : await readFile(file, "utf8").catch(() => undefined);
    if (text !== undefined) {
        const known = event.safeParse(parsedJson(text));
        const number = known.data?.pull_request?.number ?? known.data?.issue?.number ?? known.data?.number;
        if (number !== undefined) return number;
    }
    throw new UserError(
        "--github does not know the pull request: the event in GITHUB_EVENT_PATH is none of one. Name it with " +
            "--pull-request NUMBER.",
    );
}
