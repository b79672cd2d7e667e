/**
 * The Proxmox VE API of the lab: a fake `pveproxy` that the real Proxmox provider talks to over HTTPS.
 *
 * It answers the calls that provider makes, in PVE's own words, and lets the hypervisor do what they ask for. A call it
 * does not know is answered with 501 and logged, so that a gap shows as a gap.
 */
import formbody from "@fastify/formbody";
import Fastify, { type FastifyReply, type FastifyRequest } from "fastify";
import { type AddressInfo } from "node:net";
import { type Hypervisor } from "../hypervisor/hypervisor";
import { DEFAULT_RELEASE, type Release } from "../release";
import { AccessControl } from "./access/accessControl";
import { type Check } from "./access/checks";
import { Caller } from "./access/caller";
import { DEFAULT_VERSION, type Version, VERSIONS } from "./access/privileges";
import { pveum } from "./access/pveum";
import { type Api, type Handler, type Proxmox } from "./api";
import { Authentication } from "./auth";
import { ApiError, badParameters, messageOf, reasonPhrase } from "./errors";
import { ClusterHealth } from "./health";
import { serveImages } from "./images";
import { assertBody, givenWith, Input } from "./input";
import { Journal } from "./journal";
import { GuestLocks } from "./locks";
import { pvesm } from "./pvesm";
import { recover, startWithNode } from "./recovery";
import { assertNode } from "./nodes";
import { ROUTES } from "./routes";
import { parametersOf } from "./schema/calls";
import { verify } from "./schema/verify";
import { Samples } from "./samples";
import { StateStore } from "./state";
import { Storages } from "./storages";
import { Tasks } from "./tasks";
import { createTemplates } from "./template";

const PREFIX = "/api2/json";

export interface FakeProxmoxOptions {
    host: string;
    /** The API's port; 0 takes a free one. */
    port: number;
    /** Port of the plain-HTTP site with cloud images; 0 takes a free one. */
    imagePort: number;
    tls: { key: string; cert: string };
    /** `root@pam!lab=secret`. One of root may do everything; every other one must be made by a command. */
    tokens: string[];
    /** `pveum` and `pvesm` commands, as one would type them on a node. */
    commands: string[];
    /** The release that is played. Default: 9.1. */
    version?: Version;
    /** State and stored files. */
    directory: string;
    hypervisor: Hypervisor;
    /** Debian release of the first template; default: the lab's default. */
    release?: Release;
    /** Is given one line for every call that changes something, and for every error. */
    log: (line: string) => void;
}

export interface FakeProxmox {
    port: number;
    imagePort: number;
    /** Stops answering. Machines go on running; tasks that had not ended are shown as failed by the next start. */
    close(): Promise<void>;
}

export async function startFakeProxmox(options: FakeProxmoxOptions): Promise<FakeProxmox> {
    const { host, directory, hypervisor, log } = options;
    const version = options.version ?? DEFAULT_VERSION;
    const authentication = new Authentication(options.tokens);
    const store = new StateStore(directory);
    const access = new AccessControl(version, (vmid) => store.guest(vmid)?.pool);
    for (const { user, name } of options.tokens.map(tokenName))
        if (user === "root@pam") access.addToken(user, name, false);
    const [storageCommands, accessCommands] = [true, false].map((wanted) =>
        options.commands.filter((command) => command.startsWith("pvesm ") === wanted),
    );
    pveum(access, accessCommands!);
    const storages = new Storages(directory, store, version);
    pvesm(storages, storageCommands!);
    const health = new ClusterHealth(directory);
    const samples = new Samples({ store, health, hypervisor });
    const pve: Proxmox = {
        store,
        tasks: new Tasks(store, log),
        locks: new GuestLocks(),
        storages,
        hypervisor,
        health,
        samples,
        authentication,
        release: version,
        version: VERSIONS[version],
        log,
    };
    if (store.fresh) await createTemplates(pve, options.release ?? DEFAULT_RELEASE);
    await recover(pve);
    await startWithNode(pve);
    await samples.start();

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
        assertBody(request);
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

    const route = (method: "GET" | "POST" | "PUT" | "DELETE") => (path: string, who: Check, handler: Handler) => {
        const parameters = parametersOf(`${method} ${path.replace(/:(\w+)/g, "{$1}")}`, version);
        app.route({
            method,
            url: PREFIX + path,
            handler: async (request, reply) => {
                const params = request.params as Record<string, string>;
                const given = givenWith(request);
                const input = new Input(given);
                const user = users.get(request) ?? "";
                const caller = new Caller(
                    user,
                    access,
                    (name) => params[name] ?? input.text(name),
                    (privilege) => store.needed(user, privilege),
                );
                // In Proxmox' order: a caller without the right does not learn what else is wrong, and the node that
                // checks the parameters is the one that the path names.
                caller.require(who);
                if (params.node !== undefined) {
                    assertNode(params.node);
                    pve.health.assertOn(params.node);
                }
                const errors = verify(parameters, { ...given, ...params });
                if (Object.keys(errors).length > 0) throw badParameters(errors);
                const data = await handler({ path: (name) => params[name] ?? "", input, user, caller });
                journal.answered(request.method, pathOf(request), typeof data === "string" ? data : "");
                return reply.send({ data: data ?? null });
            },
        });
    };
    const api: Api = { get: route("GET"), post: route("POST"), put: route("PUT"), delete: route("DELETE") };
    for (const routes of ROUTES) routes(api, pve);

    await app.listen({ host, port: options.port });
    const images = await serveImages(host, options.imagePort);
    return {
        port: (app.server.address() as AddressInfo).port,
        imagePort: images.port,
        close: async () => {
            samples.stop();
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
