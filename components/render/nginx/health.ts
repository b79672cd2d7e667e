/**
 * Health of servers behind nginx, which itself only notices those that refuse connections: the watcher asks each API
 * server by way of nginx, which speaks TLS, and hands nginx an upstream without the unhealthy ones.
 */
import type { ListenerModel, Model } from "../../model/model";
import { HEALTH_PORT } from "../../model/ports";
import { tlsInUse } from "../../model/tls";
import { Endpoint } from "../../text/endpoint";
import { duration } from "../../text/duration";
import type { Lines } from "../../text/lines";
import { CLUSTER_CERTIFICATE_AUTHORITY, OVERRIDES } from "../../host/paths";
import { upstream, upstreamName } from "./upstream";

/** The variable that holds the upstream to use: all servers, or the healthy ones. */
export const serversInUse = (listener: ListenerModel): string => `$${upstreamName(listener)}_in_use`;

const isHttp = ({ layer, listeners }: Model, listener: ListenerModel): boolean =>
    layer === 7 && listener === listeners[0];

/**
 * Name of the files about a listener's healthy servers. Another one at layer 7, whose upstreams have directives
 * that layer 4 does not know: what was written for the one is never read by the other.
 */
export const healthName = (model: Model, listener: ListenerModel): string =>
    `${upstreamName(listener)}${isHttp(model, listener) ? ".http" : ""}`;

/** Which upstream is used. What the watcher writes is read at a reload; while all are healthy there is nothing. */
export function chooseUpstream(model: Model, listener: ListenerModel): Lines {
    const overrides = `${OVERRIDES}/${healthName(model, listener)}`;
    return [
        "# Without unhealthy servers, while there are any.",
        `include ${overrides}.upstream*;`,
        `map $server_port ${serversInUse(listener)} {`,
        [`default ${upstreamName(listener)};`, `include ${overrides}.map*;`],
        "}",
    ];
}

/** The same upstream under a name that no listener can have, from which the watcher strikes out servers. */
export function healthyUpstream(model: Model, listener: ListenerModel): Lines {
    return upstream(listener, isHttp(model, listener) ? ["keepalive 64;"] : [], `${upstreamName(listener)}.healthy`);
}

/** Answers the watcher with what an API server answers, one path each. */
export function healthServer(model: Model): Lines {
    const [api] = model.listeners;
    const { path, timeout } = api.balancing.healthCheck;
    return [
        "# For the watcher, which speaks no TLS: each API server's own word on its health.",
        "server {",
        [
            `listen 127.0.0.1:${HEALTH_PORT};`,
            "access_log off;",
            // Whatever fails here the watcher says, once.
            "error_log /dev/null;",
            "proxy_set_header Host kubernetes;",
            "proxy_set_header Connection close;",
            `proxy_connect_timeout ${duration(timeout)};`,
            `proxy_read_timeout ${duration(timeout)};`,
            "proxy_next_upstream off;",
            "proxy_buffering off;",
            ...(model.clusterCertificateAuthority === undefined
                ? []
                : [
                      `proxy_ssl_trusted_certificate ${CLUSTER_CERTIFICATE_AUTHORITY};`,
                      "proxy_ssl_verify on;",
                      "proxy_ssl_verify_depth 3;",
                  ]),
            "proxy_ssl_server_name on;",
            `proxy_ssl_name ${tlsInUse(model)?.apiServerName ?? "kubernetes"};`,
            "proxy_ssl_protocols TLSv1.2 TLSv1.3;",
            // A check is of a new connection, handshake and all.
            "proxy_ssl_session_reuse off;",
            ...api.backends
                .map((backend) => Endpoint.of(backend))
                .map((server) => `location = /${server} { proxy_pass ${server.url(path)}; }`),
        ],
        "}",
    ];
}
