/** nginx at layer 4: TLS passes through untouched, so that client certificates keep working. */
import type { ListenerModel, Model } from "../../model/model";
import { STATUS_PORT } from "../../model/ports";
import { duration } from "../../text/duration";
import type { Lines } from "../../text/lines";
import { chooseUpstream, serversInUse } from "./health";
import { connectionFormat, logDirectives } from "./logs";
import { access, listen, upstream, upstreamName } from "./upstream";

export function stream(model: Model, listeners: ListenerModel[], answer: string): Lines {
    const { extraConfiguration } = model.nginx;
    return [
        "stream {",
        [
            "# One variable for each listener, named after it.",
            "variables_hash_bucket_size 128;",
            "variables_hash_max_size 4096;",
            ...(listeners.length > 0 ? [connectionFormat(model), ""] : []),
            ...listeners.flatMap((listener) => [
                ...upstream(listener),
                ...(listener.protocol === "tcp" ? chooseUpstream(model, listener) : []),
                "",
                ...server(model, listener),
                "",
            ]),
            ...(extraConfiguration.length > 0 ? [...extraConfiguration, ""] : []),
            "# Answers, to this host only, with the checksum of this configuration: what runs, and that it runs.",
            "server {",
            // Its own rules, so that a "deny" in the extra directives does not silence it.
            [
                `listen 127.0.0.1:${STATUS_PORT};`,
                "allow 127.0.0.1;",
                "deny all;",
                "access_log off;",
                `return "${answer}\\n";`,
            ],
            "}",
        ],
        "}",
    ];
}

function server(model: Model, listener: ListenerModel): Lines {
    const { connectTimeout, idleTimeout } = listener.balancing;
    return [
        "server {",
        [
            ...listen(model, listener),
            ...access(model),
            `proxy_pass ${listener.protocol === "tcp" ? serversInUse(listener) : upstreamName(listener)};`,
            `proxy_connect_timeout ${duration(connectTimeout)};`,
            "proxy_next_upstream on;",
            `proxy_timeout ${duration(idleTimeout)};`,
            ...(listener.protocol === "tcp" ? ["proxy_socket_keepalive on;", "tcp_nodelay on;"] : []),
            ...logDirectives(listener, "connections"),
        ],
        "}",
    ];
}
