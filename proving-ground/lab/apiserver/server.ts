/**
 * A stand-in for a kube-apiserver: what a load balancer in front of it sees, and faults on request.
 *
 * It runs alone, compiled to one file (see apiServers.ts), so it imports nothing but Node's own modules.
 */
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";

/** Given as JSON in the one argument. */
export interface ServerSettings {
    name: string;
    port: number;
    controlPort: number;
    key: string;
    certificate: string;
    /** One that is over. */
    expired: { key: string; certificate: string };
}

/** What is wrong with the server at the moment; `{}` is a healthy one. */
export interface Fault {
    /** Status the health paths answer with instead of 200. */
    readyz?: number;
    livez?: number;
    healthz?: number;
    /** Connections are accepted, requests are read, and nothing is ever answered. */
    hang?: boolean;
    /** Every answer comes so many milliseconds late. */
    lateMs?: number;
    /** New connections are shown a certificate that is over. */
    expired?: boolean;
}

/** The one token that is accepted. */
const TOKEN = "lab";

/** How long a watch lasts: the default of a kube-apiserver is 30 to 60 minutes. */
const WATCH_MINUTES = 30;

const settings = JSON.parse(process.argv[2] ?? "") as ServerSettings;
let fault: Fault = {};
let resourceVersion = 1000;

const server = createSecureServer(
    { key: readFileSync(settings.key), cert: readFileSync(settings.certificate), allowHTTP1: true },
    (request, response) => {
        response.on("error", () => undefined);
        if (fault.hang === true) return;
        if (fault.lateMs === undefined) return answer(request, response);
        setTimeout(() => answer(request, response), fault.lateMs);
    },
);
server.on("sessionError", () => undefined);
// On every address, of both families: it has a network namespace of its own.
server.listen(settings.port);

// Only from inside the server's own network namespace: the load balancer and its clients cannot reach it.
createServer((request, response) => {
    if (request.method !== "POST" || request.url !== "/lab/fault") return void response.writeHead(404).end();
    void body(request).then((text) => {
        try {
            fault = JSON.parse(text) as Fault;
            const { key, certificate } = fault.expired === true ? settings.expired : settings;
            server.setSecureContext({ key: readFileSync(key), cert: readFileSync(certificate) });
            response.end(JSON.stringify(fault));
        } catch (error) {
            response.writeHead(400).end(String(error));
        }
    });
}).listen(settings.controlPort, "127.0.0.1");

function answer(request: Http2ServerRequest, response: Http2ServerResponse): void {
    const url = new URL(request.url, "https://kubernetes");
    response.setHeader("X-Lab-Server", settings.name);
    response.setHeader("Cache-Control", "no-cache, private");
    const check = url.pathname.slice(1);
    if (check === "readyz" || check === "livez" || check === "healthz") return health(response, check);
    if (request.headers.authorization !== `Bearer ${TOKEN}`)
        return status(response, 401, "Unauthorized", "Unauthorized");
    if (url.pathname === "/version") return json(response, 200, { major: "1", minor: "36", gitVersion: "v1.36.3+lab" });
    if (url.pathname !== "/api/v1/namespaces/default/pods") {
        return status(response, 404, "NotFound", "the server could not find the requested resource");
    }
    const watching = ["true", "1"].includes(url.searchParams.get("watch") ?? "");
    if (!watching) {
        const metadata = { resourceVersion: String(resourceVersion) };
        return json(response, 200, { kind: "PodList", apiVersion: "v1", metadata, items: [] });
    }
    return watch(response, Number(url.searchParams.get("intervalSeconds") ?? 5));
}

function health(response: Http2ServerResponse, check: "readyz" | "livez" | "healthz"): void {
    const code = fault[check] ?? 200;
    response.writeHead(code, { "Content-Type": "text/plain; charset=utf-8" });
    response.end(code === 200 ? "ok" : `[+]ping ok\n[-]etcd failed: reason withheld\n${check} check failed\n`);
}

/** An event at once and then one every interval, as bookmarks come on an otherwise idle watch. */
function watch(response: Http2ServerResponse, intervalSeconds: number): void {
    response.writeHead(200, { "Content-Type": "application/json" });
    const event = (): void => {
        if (fault.hang === true) return;
        const metadata = { resourceVersion: String(++resourceVersion), creationTimestamp: null };
        const object = { kind: "Pod", apiVersion: "v1", metadata, spec: { containers: null }, status: {} };
        response.write(`${JSON.stringify({ type: "BOOKMARK", object })}\n`);
    };
    event();
    const every = setInterval(event, Math.max(0.05, intervalSeconds) * 1000);
    const end = setTimeout(() => response.end(), WATCH_MINUTES * 60_000);
    response.once("close", () => {
        clearInterval(every);
        clearTimeout(end);
    });
}

function status(response: Http2ServerResponse, code: number, reason: string, message: string): void {
    json(response, code, { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason, code });
}

/** Indented and without a line end, as a kube-apiserver prints it for people. */
function json(response: Http2ServerResponse, code: number, value: unknown): void {
    const text = JSON.stringify(value, undefined, 2);
    response.writeHead(code, { "Content-Type": "application/json", "Content-Length": Buffer.byteLength(text) });
    response.end(text);
}

async function body(request: IncomingMessage): Promise<string> {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    return text;
}
