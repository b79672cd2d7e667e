/** The parts of GitHub's and GitLab's APIs that comments need, with what was asked of them. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface Request {
    method: string;
    path: string;
    token: string;
    body: string;
}

interface Stored {
    id: number;
    body: string;
    /** Somebody else's: it cannot be changed. */
    foreign?: boolean;
}

export class ApiServer {
    readonly requests: Request[] = [];
    comments: Stored[] = [];
    /** Answered instead, that many times each. */
    failures: { status: number; times: number }[] = [];
    private server: Server | undefined;

    async start(): Promise<void> {
        this.server = createServer((request, response) => {
            void this.answer(request).then(([status, body]) => {
                response.writeHead(status, { "content-type": "application/json" });
                response.end(JSON.stringify(body));
            });
        });
        await new Promise<void>((resolve) => this.server!.listen(0, "127.0.0.1", resolve));
    }

    get url(): string {
        return `http://127.0.0.1:${(this.server!.address() as AddressInfo).port}`;
    }

    stop(): Promise<void> {
        this.server?.closeAllConnections();
        return new Promise((resolve) => this.server?.close(() => resolve()));
    }

    calls(): string[] {
        return this.requests.map(({ method, path }) => `${method} ${path}`);
    }

    private async answer(request: IncomingMessage): Promise<[number, unknown]> {
        const { method = "", url = "", headers } = request;
        const body = await text(request);
        const token = headers["authorization"] ?? headers["private-token"];
        this.requests.push({ method, path: url, token: String(token), body });
        const failure = this.failures.find(({ times }) => times > 0);
        if (failure !== undefined) {
            failure.times -= 1;
            // Services repeat what they were sent, now and then.
            return [failure.status, { message: `refused ${String(token)}` }];
        }
        const { pathname, searchParams } = new URL(url, this.url);
        if (method === "GET") {
            const [size, page] = [Number(searchParams.get("per_page")), Number(searchParams.get("page"))];
            return [200, this.comments.slice((page - 1) * size, page * size)];
        }
        const { body: content } = JSON.parse(body) as { body: string };
        if (method === "POST") {
            const stored = { id: 1000 + this.comments.length, body: content };
            this.comments.push(stored);
            return [201, { ...stored, html_url: `https://example.com/comment/${stored.id}` }];
        }
        const known = this.comments.find(({ id }) => id === Number(pathname.split("/").at(-1)));
        if (known === undefined) return [404, { message: "Not Found" }];
        if (known.foreign === true) return [403, { message: "Resource not accessible by integration" }];
        known.body = content;
        return [200, { ...known, html_url: `https://example.com/comment/${known.id}` }];
    }
}
