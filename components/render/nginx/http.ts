/** nginx at layer 7: it terminates TLS, and has a TLS connection of its own to the API servers. */
import type { HostModel, ListenerModel, Model, TlsModel } from "../../model/model";
import { duration } from "../../text/duration";
import type { Lines } from "../../text/lines";
import {
    CLIENT_CERTIFICATE,
    CLIENT_CERTIFICATE_AUTHORITY,
    CLIENT_KEY,
    CLUSTER_CERTIFICATE_AUTHORITY,
    SERVER_CERTIFICATE,
    SERVER_KEY,
} from "../../host/paths";
import { chooseUpstream, healthServer, serversInUse } from "./health";
import { identity, identityHeaders } from "./identity";
import { logDirectives, requestFormat } from "./logs";
import { metricsServer } from "./metrics";
import { access, listen, upstream } from "./upstream";

/** Those of OpenSSL's HIGH with forward secrecy. TLS 1.3 has its own, all good. */
const CIPHERS = "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL";

export function http(model: Model, host: HostModel, listener: ListenerModel, tls: TlsModel): Lines {
    const protocols = tls.minimumVersion === "1.3" ? "TLSv1.3" : "TLSv1.2 TLSv1.3";
    return [
        "http {",
        [
            requestFormat(model),
            ...temporaryFolders(model),
            "server_tokens off;",
            // Room for a header that is set several times.
            "proxy_headers_hash_bucket_size 256;",
            "# exec, logs -f and port-forward change the protocol of their connection (WebSocket or SPDY); " +
                "everything else keeps it alive.",
            "map $http_upgrade $connection_header {",
            ["default upgrade;", "'' '';"],
            "}",
            ...(tls.clientCertificateAuthority === undefined ? [] : identity()),
            "",
            // Idle connections each worker keeps for the next request.
            ...upstream(listener, ["keepalive 64;"]),
            ...chooseUpstream(model, listener),
            "",
            "server {",
            [
                ...listen(model, listener, "ssl"),
                ...access(model),
                `ssl_certificate ${SERVER_CERTIFICATE};`,
                `ssl_certificate_key ${SERVER_KEY};`,
                `ssl_protocols ${protocols};`,
                `ssl_ciphers ${CIPHERS};`,
                // A listener, which has its memory by its own name, cannot be called so.
                "ssl_session_cache shared:tls.sessions:10m;",
                "ssl_session_timeout 1h;",
                ...(tls.clientCertificateAuthority === undefined
                    ? []
                    : [
                          `ssl_client_certificate ${CLIENT_CERTIFICATE_AUTHORITY};`,
                          "ssl_verify_client optional;",
                          "ssl_verify_depth 3;",
                      ]),
                "# Of any size, and passed on as they come.",
                "client_max_body_size 0;",
                "large_client_header_buffers 4 64k;",
                "keepalive_timeout 120s;",
                "keepalive_requests 100000;",
                ...logDirectives(listener, "requests"),
                "",
                "location / {",
                location(listener, tls, protocols),
                "}",
            ],
            "}",
            "",
            ...healthServer(model),
            ...metricsServer(model, host),
        ],
        "}",
    ];
}

/** At layer 4 nginx speaks HTTP for the watcher and for Prometheus only. */
export function healthOnly(model: Model, host: HostModel): Lines {
    return ["http {", [...temporaryFolders(model), ...healthServer(model), ...metricsServer(model, host)], "}"];
}

/** nginx makes them when it starts, whether it needs them or not; in a container only /run can be written to. */
function temporaryFolders(model: Model): string[] {
    if (model.nginx.source.kind !== "container") return [];
    return ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path /run/nginx-${kind};`);
}

function location(listener: ListenerModel, tls: TlsModel, protocols: string): Lines {
    const { connectTimeout, idleTimeout } = listener.balancing;
    return [
        ...(tls.clientCertificateAuthority === undefined ? [] : ["if ($identity_refused) {", ["return 403;"], "}"]),
        `proxy_pass https://${serversInUse(listener)};`,
        "proxy_http_version 1.1;",
        "proxy_set_header Host $http_host;",
        "proxy_set_header Upgrade $http_upgrade;",
        "proxy_set_header Connection $connection_header;",
        "proxy_set_header X-Real-IP $remote_addr;",
        "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
        "proxy_set_header X-Forwarded-Proto https;",
        ...identityHeaders(tls.clientCertificateAuthority !== undefined),
        `proxy_ssl_trusted_certificate ${CLUSTER_CERTIFICATE_AUTHORITY};`,
        "proxy_ssl_verify on;",
        "proxy_ssl_verify_depth 3;",
        "proxy_ssl_server_name on;",
        `proxy_ssl_name ${tls.apiServerName};`,
        `proxy_ssl_protocols ${protocols};`,
        ...(tls.clientCertificate === undefined
            ? []
            : [`proxy_ssl_certificate ${CLIENT_CERTIFICATE};`, `proxy_ssl_certificate_key ${CLIENT_KEY};`]),
        "proxy_socket_keepalive on;",
        `proxy_connect_timeout ${duration(connectTimeout)};`,
        `proxy_read_timeout ${duration(idleTimeout)};`,
        `proxy_send_timeout ${duration(idleTimeout)};`,
        "# Events of a watch reach the client when they happen, uploads the API server.",
        "proxy_buffering off;",
        "proxy_request_buffering off;",
        // A request that may have been carried out is not repeated: nginx does so for idempotent methods only.
        "proxy_next_upstream error timeout;",
    ];
}
