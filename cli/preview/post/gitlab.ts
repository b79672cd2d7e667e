/** Notes of a merge request on GitLab, as a job of GitLab CI/CD has access to them. */
import { z } from "zod";
import { UserError } from "../../../tools/run";
import { type Api, call, type Hosting } from "./hosting";

type Environment = Record<string, string | undefined>;

const note = z.object({ id: z.number(), body: z.string(), system: z.boolean().optional() });

const PAGE = 100;
const NEEDED = ["CI_API_V4_URL", "CI_PROJECT_ID", "GITLAB_TOKEN"];

/** `number` of the merge request: without it, that of the pipeline. */
export function gitlab(environment: Environment, number: number | undefined): Hosting {
    const missing = NEEDED.filter((name) => (environment[name] ?? "") === "");
    const mergeRequest = number ?? Number(environment["CI_MERGE_REQUEST_IID"] ?? NaN);
    if (!Number.isInteger(mergeRequest)) missing.push("CI_MERGE_REQUEST_IID");
    if (missing.length > 0)
        throw new UserError(
            `--gitlab needs ${missing.join(" and ")} in the environment. A pipeline of a merge request has all but ` +
                "GITLAB_TOKEN: a project access token with the scope api and the role Reporter, as a masked variable.",
        );
    const project = encodeURIComponent(environment["CI_PROJECT_ID"]!);
    const api: Api = {
        service: "GitLab",
        url: environment["CI_API_V4_URL"]!,
        headers: { "private-token": environment["GITLAB_TOKEN"]! },
        hints: {
            401: "The token in GITLAB_TOKEN is not valid, or no longer; CI_JOB_TOKEN may not write notes.",
            403: "The token may not write notes: it needs the scope api, and the role Reporter in the project.",
            404: `There is no merge request ${mergeRequest} in the project, or the token may not see it.`,
            429: "There were too many requests; run again later.",
        },
    };
    const notes = `/projects/${project}/merge_requests/${mergeRequest}/notes`;
    const where = (answer: unknown): string => {
        const { id } = note.pick({ id: true }).parse(answer);
        const page = environment["CI_MERGE_REQUEST_PROJECT_URL"];
        return page === undefined
            ? `note ${id} on merge request ${mergeRequest}`
            : `${page}/-/merge_requests/${mergeRequest}#note_${id}`;
    };
    return {
        name: "GitLab",
        pageSize: PAGE,
        page: async (page) =>
            z
                .array(note)
                .parse(await call(api, "GET", `${notes}?per_page=${PAGE}&page=${page}&sort=asc&order_by=created_at`))
                .map(({ id, body, system }) => ({ id, body: system === true ? "" : body })),
        create: async (body) => where(await call(api, "POST", notes, { body })),
        update: async (id, body) => where(await call(api, "PUT", `${notes}/${id}`, { body })),
    };
}
