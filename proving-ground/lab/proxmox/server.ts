/**
 * The Proxmox VE API of the lab: a stand-in for `pveproxy` that the real Proxmox provider talks to over HTTPS.
 *
 * It answers the calls that provider makes, in PVE's own words, and lets the hypervisor do what they ask for. A call it
 * does not know is answered with 501 and logged, so that a gap shows as a gap.
 */
import formbody from "@fastify/formbody";
import Fastify, { type FastifyReply, type FastifyRequest } from "fastify";
import { type AddressInfo } from "node:net";
import { z } from "zod";
import { type Hypervisor } from "../hypervisor/hypervisor";
import { DEFAULT_RELEASE, type Release } from "../release";
import { AccessControl } from "./access/accessControl";
import { Caller } from "./access/caller";
import { type Version, VERSIONS } from "./access/privileges";
import { pveum } from "./access/pveum";
import { routeChecks } from "./access/routes";
import { type Api, type Handler, type Proxmox } from "./api";
import { Authentication } from "./auth";
import { ApiError, messageOf, reasonPhrase } from "./errors";
import { serveImages } from "./images";
import { Input } from "./input";
import { GuestLocks } from "./locks";
import { recover, startWithNode } from "./recovery";
import { accessRoutes } from "./routes/access";
import { agentRoutes } from "./routes/agent";
import { cloneRoute } from "./routes/clone";
import { clusterRoutes } from "./routes/cluster";
import { migrateRoute } from "./routes/migrate";
import { poolRoutes } from "./routes/pools";
import { powerRoutes } from "./routes/power";
import { qemuRoutes } from "./routes/qemu";
import { storageRoutes } from "./routes/storage";
import { taskRoutes } from "./routes/tasks";
import { StateStore } from "./state";
import { Storages } from "./storages";
import { Tasks } from "./tasks";
import { createTemplates } from "./template";

const PREFIX = "/api2/json";

export interface ProxmoxDoubleOptions {
    host: string;
    /** The API's port; 0 takes a free one. */
    port: number;
    /** Port of the plain-HTTP site with cloud images; 0 takes a free one. */
    imagePort: number;
    tls: { key: string; cert: string };
    /** `root@pam!lab=secret`. One of root may do everything; every other one must be made by a command. */
    tokens: string[];
    /** `pveum` commands that make users, roles and tokens, as one would type them on a node. */
    commands: string[];
    /** The release that is played. Default: 9.0. */
    version?: Version;
    /** State and stored files. */
    directory: string;
    hypervisor: Hypervisor;
    /** Debian release of the first template; default: the lab's default. */
    release?: Release;
    /** Is given one line for every call that changes something, and for every error. */
    log: (line: string) => void;
}

export interface ProxmoxDouble {
    port: number;
    imagePort: number;
    /** Stops answering. Machines go on running; tasks that had not ended are shown as failed by the next start. */
    close(): Promise<void>;
}

export async function startProxmoxDouble(options: ProxmoxDoubleOptions): Promise<ProxmoxDouble> {
    const { host, directory, hypervisor, log } = options;
    const version = options.version ?? "9.0";
    const authentication = new Authentication(options.tokens);
    const store = new StateStore(directory);
    const access = new AccessControl(version, (vmid) => store.guest(vmid)?.pool);
    for (const { user, name } of options.tokens.map(tokenName))
        if (user === "root@pam") access.addToken(user, name, false);
    pveum(access, options.commands);
    const checks = routeChecks(version);
    const pve: Proxmox = {
        store,
        tasks: new Tasks(store, log),
        locks: new GuestLocks(),
        storages: new Storages(directory, store),
        hypervisor,
        version: VERSIONS[version],
        log,
    };
    if (store.fresh) await createTemplates(pve, options.release ?? DEFAULT_RELEASE);
    await recover(pve);
    await startWithNode(pve);

    const app = Fastify({
        https: { key: options.tls.key, cert: options.tls.cert, minVersion: "TLSv1.3" },
        forceCloseConnections: true,
        // A UPID or a volume id is one part of a path; the provider ends some paths with a slash.
        routerOptions: { ignoreTrailingSlash: true, maxParamLength: 500 },
    });
    await app.register(formbody);
    const journal = new Journal(log);
    const users = new WeakMap<FastifyRequest, string>();

    app.addHook("onRequest", (request, _reply, done) => {
        if (request.method !== "POST" || pathOf(request) !== "/access/ticket") {
            const { authorization, cookie, csrfpreventiontoken } = request.headers;
            users.set(
                request,
                authentication.check(request.method, {
                    authorization,
                    cookie,
                    csrfToken: csrfpreventiontoken?.toString(),
                }),
            );
        }
        done();
    });
    app.setErrorHandler((error, request, reply) => fail(reply, error, request, journal));
    app.setNotFoundHandler((request, reply) =>
        fail(
            reply,
            new ApiError(501, `Method '${request.method} ${pathOf(request)}' not implemented`),
            request,
            journal,
        ),
    );

    const route = (method: "GET" | "POST" | "PUT" | "DELETE") => (path: string, handler: Handler) => {
        const check = checks[`${method} ${path}`];
        if (check === undefined) throw new Error(`nobody has said who may call ${method} ${path}`);
        app.route({
            method,
            url: PREFIX + path,
            handler: async (request, reply) => {
                const params = request.params as Record<string, string>;
                const input = inputOf(request);
                const user = users.get(request) ?? "";
                const caller = new Caller(
                    user,
                    access,
                    (name) => params[name] ?? input.text(name),
                    (privilege) => store.needed(user, privilege),
                );
                caller.require(check);
                const data = await handler({ path: (name) => params[name] ?? "", input, user, caller });
                journal.answered(request.method, pathOf(request), typeof data === "string" ? data : "");
                return reply.send({ data: data ?? null });
            },
        });
    };
    const api: Api = { get: route("GET"), post: route("POST"), put: route("PUT"), delete: route("DELETE") };
    accessRoutes(api, authentication);
    clusterRoutes(api, pve);
    poolRoutes(api, pve);
    qemuRoutes(api, pve);
    cloneRoute(api, pve);
    powerRoutes(api, pve);
    migrateRoute(api, pve);
    agentRoutes(api, pve);
    taskRoutes(api, pve);
    storageRoutes(api, pve);

    await app.listen({ host, port: options.port });
    const images = await serveImages(host, options.imagePort);
    return {
        port: (app.server.address() as AddressInfo).port,
        imagePort: images.port,
        close: async () => {
            store.close();
            await Promise.all([app.close(), images.close()]);
        },
    };
}

function tokenName(token: string): { user: string; name: string } {
    const [user = "", name = ""] = token.replace(/=.*/, "").split("!");
    return { user, name };
}

function pathOf(request: FastifyRequest): string {
    return request.url.replace(PREFIX, "").replace(/\?.*/, "");
}

const valuesSchema = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String));

/** Parameters come in the query or the body, whichever suits the method. */
function inputOf(request: FastifyRequest): Input {
    const values = valuesSchema.safeParse({ ...(request.query as object), ...(request.body as object | undefined) });
    if (!values.success) throw new ApiError(400, "Parameter verification failed.");
    return new Input(values.data);
}

function fail(reply: FastifyReply, error: unknown, request: FastifyRequest, journal: Journal): FastifyReply {
    const known = error instanceof ApiError;
    const status = known ? error.status : ((error as { statusCode?: number }).statusCode ?? 500);
    const message = messageOf(error);
    journal.failed(
        request.method,
        pathOf(request),
        status,
        message,
        known ? error.errors : undefined,
        known ? undefined : error,
    );
    reply.raw.statusMessage = reasonPhrase(message);
    const errors = known && error.errors !== undefined ? { errors: error.errors } : {};
    return reply.code(status).send({ data: null, message: `${message}\n`, ...errors });
}

/** The log: one line a change, one an error. An error that polling repeats is logged once until the call succeeds. */
class Journal {
    private readonly errors = new Map<string, string>();

    constructor(private readonly log: (line: string) => void) {}

    answered(method: string, path: string, data: string): void {
        this.errors.delete(`${method} ${path}`);
        if (method === "GET" || method === "HEAD") return;
        this.log(`${method} ${path}${data.startsWith("UPID:") ? ` ${data}` : ""}`);
    }

    failed(
        method: string,
        path: string,
        status: number,
        message: string,
        errors?: Record<string, string>,
        unexpected?: unknown,
    ): void {
        const details = Object.entries(errors ?? {}).map(([name, text]) => ` ${name}: ${text.replace(/\s+/g, " ")};`);
        const line = `${status} ${message}${details.join("")}`;
        if (method === "GET" && this.errors.get(`${method} ${path}`) === line) return;
        this.errors.set(`${method} ${path}`, line);
        this.log(`${method} ${path} -> ${line}`);
        // Not a refusal but a fault of the double itself.
        if (unexpected instanceof Error && unexpected.stack !== undefined) this.log(unexpected.stack);
    }
}
