/** Long watches, established again whenever they break. */
import { spawn } from "node:child_process";
import { request } from "node:http";
import { connect } from "node:http2";
import { connect as connectTls } from "node:tls";
import { Endpoint } from "../../components/text/endpoint";
import type { WatchLog } from "./observations";
import { type ProbeSettings, now, type WatchSettings } from "./settings";
import { checkPin, trustOptions } from "./trust";

export interface Watch {
    log: Required<WatchLog>;
    /** Whether it is established, as far as this side knows. */
    established(): boolean;
    stop(): void;
}

/** As client-go does it: a ping when nothing came for so long, and so long for the answer. */
const IDLE_MS = 30_000;
const PING_MS = 15_000;
/** For a connection that is not there. */
const CONNECT_MS = 5000;
const AGAIN_MS = 100;
/** What comes together is one event. */
const BURST_MS = 10;

export function watch(settings: ProbeSettings, how: WatchSettings): Watch {
    return how.kind === "http"
        ? repeated((callbacks) => httpWatch(settings, how, callbacks))
        : repeated((callbacks) => kubectlWatch(how, callbacks));
}

/** What one watch tells of itself; `broken` is its last word. */
interface WatchCallbacks {
    opened(): void;
    event(): void;
    broken(error: string): void;
}

/** Begins a watch again whenever it ended. `begin` returns the function that ends it. */
function repeated(begin: (callbacks: WatchCallbacks) => () => void): Watch {
    const log: Required<WatchLog> = { events: [], breaks: [], opened: [] };
    let [stopped, established] = [false, false];
    let end: () => void = () => undefined;
    const start = (): void => {
        let over = false;
        end = begin({
            opened: () => {
                established = true;
                log.opened.push(now());
            },
            event: () => {
                const at = now();
                if (at - (log.events.at(-1) ?? 0) > BURST_MS) log.events.push(at);
            },
            broken: (error) => {
                if (over || stopped) return;
                over = true;
                // A failed reconnect does not count as another break.
                if (established) log.breaks.push({ at: now(), error });
                established = false;
                setTimeout(() => !stopped && start(), AGAIN_MS);
            },
        });
    };
    start();
    return {
        log,
        established: () => established,
        stop: () => {
            stopped = true;
            end();
        },
    };
}

/** HTTP/2 where it is spoken, else HTTP/1.1, as client-go does: a load balancer that ends TLS may know only that. */
function httpWatch(
    settings: ProbeSettings,
    { path: target, token }: Extract<WatchSettings, { kind: "http" }>,
    callbacks: WatchCallbacks,
): () => void {
    const socket = connectTls({
        host: settings.host,
        port: settings.port,
        ALPNProtocols: ["h2", "http/1.1"],
        ...trustOptions(settings),
    });
    let ping: (answered: () => void) => void = () => undefined;
    const end = (error: string): void => {
        clearTimeout(patience);
        callbacks.broken(error);
        socket.destroy();
    };
    const failed = (error: NodeJS.ErrnoException): void => end(error.code ?? error.message);
    let patience = setTimeout(() => end("no connection"), CONNECT_MS);
    const alive = (): void => {
        clearTimeout(patience);
        patience = setTimeout(() => {
            patience = setTimeout(() => end("no answer to a ping"), PING_MS);
            ping(alive);
        }, IDLE_MS);
    };
    const answered = (status: number | undefined): void => {
        if (status !== 200) return end(`HTTP ${status}`);
        callbacks.opened();
        alive();
    };
    const event = (): void => {
        callbacks.event();
        alive();
    };
    const headers = { authorization: `Bearer ${token}` };
    socket.once("error", failed).once("close", () => end("closed"));
    checkPin(settings, socket);
    socket.once("secureConnect", () => {
        if (socket.destroyed) return;
        if (socket.alpnProtocol !== "h2") {
            request({ host: settings.host, path: target, headers, createConnection: () => socket }, (response) => {
                answered(response.statusCode);
                response
                    .on("data", event)
                    .once("end", () => end("ended"))
                    .once("error", failed);
            })
                .once("error", failed)
                .end();
            return;
        }
        const origin = Endpoint.of({ address: settings.host, port: settings.port }).url();
        const session = connect(origin, { createConnection: () => socket });
        ping = (done) => void (session.destroyed || session.ping((error) => error === null && done()));
        session.once("error", failed).once("goaway", () => end("told to go away"));
        const stream = session.request({ ":path": target, ...headers });
        stream.once("response", ({ ":status": status }) => answered(status));
        stream
            .on("data", event)
            .once("end", () => end("ended"))
            .once("error", failed);
    });
    return () => {
        clearTimeout(patience);
        socket.destroy();
    };
}

/**
 * kubectl ends its watch at the first interruption; what it logs of its requests tells when the watch is established.
 */
function kubectlWatch(
    { program, kubeconfig, resource, through }: Extract<WatchSettings, { kind: "kubectl" }>,
    callbacks: WatchCallbacks,
): () => void {
    const server = through === undefined ? [] : [`--server=${through.url}`, `--tls-server-name=${through.tlsName}`];
    const child = spawn(
        program,
        [
            `--kubeconfig=${kubeconfig}`,
            ...server,
            ...["get", resource, "--all-namespaces", "--watch", "--output=name", "--v=6"],
        ],
        { stdio: ["ignore", "pipe", "pipe"] },
    );
    let complaint = "";
    let established = false;
    child.stdout.on("data", () => callbacks.event());
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
        if (!established && /watch=true.*200 OK/.test(text)) {
            established = true;
            callbacks.opened();
        }
        complaint =
            text
                .trim()
                .split("\n")
                .filter((line) => !/^[IWE]\d{4} /.test(line))
                .at(-1) ?? complaint;
    });
    child.once("error", (error) => callbacks.broken(error.message));
    child.once("close", (code, signal) =>
        callbacks.broken(complaint === "" ? `kubectl ended (${signal ?? code})` : complaint),
    );
    return () => child.kill("SIGTERM");
}
