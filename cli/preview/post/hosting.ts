/** A service that keeps the comments of a pull request: what is asked of it, and how it refuses. */
import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../../../tools/run";

export interface Comment {
    id: number;
    body: string;
}

/** The comments of one pull request. */
export interface Hosting {
    /** For people: "GitHub". */
    name: string;
    /** Page by page, from 1, until one is not full. */
    page: (page: number) => Promise<Comment[]>;
    pageSize: number;
    /** Each gives back where the comment is to be seen. */
    create: (body: string) => Promise<string>;
    update: (id: number, body: string) => Promise<string>;
}

export interface Api {
    service: string;
    url: string;
    /** The token is in these, and in nothing that is printed. */
    headers: Record<string, string>;
    /** What a status means here, for people. */
    hints: Record<number, string>;
}

/** A refusal by the service, with its status. */
export class Refused extends UserError {
    override name = "Refused";

    constructor(
        message: string,
        readonly httpStatus: number,
    ) {
        super(message);
    }
}

const TRIES = 3;
const SECONDS = 30;

/** The answer's JSON. Tries again where the service is busy or cannot be reached. */
export async function call(api: Api, method: string, path: string, body?: unknown): Promise<unknown> {
    for (let attempt = 1; ; attempt += 1) {
        try {
            return await callOnce(api, method, path, body);
        } catch (error) {
            const status = error instanceof Refused ? error.httpStatus : 0;
            // A comment that may have been made is not made again.
            const again = method === "POST" ? status === 429 : status === 0 || status === 429 || status >= 500;
            if (!again || attempt === TRIES) throw error;
            await sleep(attempt * 1000);
        }
    }
}

async function callOnce(
    { service, url, headers, hints }: Api,
    method: string,
    path: string,
    body: unknown,
): Promise<unknown> {
    const what = `${service} (${method} ${path.replace(/\?.*$/, "")})`;
    const response = await fetch(`${url.replace(/\/+$/, "")}${path}`, {
        method,
        headers: {
            ...headers,
            "user-agent": "ha-api-load-balancer",
            ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(SECONDS * 1000),
    }).catch((error: Error) => {
        // Whatever holds the request's headers stays out of the message.
        const { code } = (error.cause ?? {}) as { code?: string };
        throw new Refused(`${what} cannot be reached: ${code ?? error.name}.`, 0);
    });
    if (!response.ok) {
        const hint = hints[response.status] ?? "See the service's own status page and logs.";
        throw new Refused(`${what} answered with ${response.status}. ${hint}`, response.status);
    }
    return response.json().catch(() => {
        throw new Refused(`${what} answered with what is no JSON: is the address of its API right?`, 0);
    });
}
