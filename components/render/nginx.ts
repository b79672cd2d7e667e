/** nginx as a layer-4 proxy: TLS passes through untouched, so that client certificates keep working. */
import { createHash } from "node:crypto";
import type { Model } from "../model/model";
import { STATUS_PORT } from "../model/ports";
import type { Engine } from "./engine";
import { lines, MANAGED } from "./lines";
import { NGINX_CONF } from "./paths";

export const nginx: Engine = {
    service: "nginx",
    // nginx.org builds the stream module in; Debian and Ubuntu ship it as a package of its own.
    packages: (model) => (model.nginx.source.kind === "nginx.org" ? ["nginx"] : ["nginx", "libnginx-mod-stream"]),
    configuration: (model) => ({ path: NGINX_CONF, mode: "0644", content: renderNginx(model, statusAnswer(model)) }),
    check: () => `nginx -t -q -c {${NGINX_CONF}}`,
    statusAnswer,
};

/** A checksum of everything but itself. */
function statusAnswer(model: Model): string {
    return createHash("sha256").update(renderNginx(model, "")).digest("hex").slice(0, 12);
}

function renderNginx(model: Model, answer: string): string {
    const { connectTimeout, idleTimeout, workerConnections, source, extraConfiguration } = model.nginx;
    return lines(
        `# ${MANAGED}`,
        `user ${source.kind === "nginx.org" ? "nginx" : "www-data"};`,
        "worker_processes auto;",
        // Each worker needs two descriptors a connection, and some for logs and listeners.
        `worker_rlimit_nofile ${workerConnections * 2 + 1024};`,
        "# After a reload the old workers keep their connections this long, so that a change cuts no watch.",
        "worker_shutdown_timeout 1h;",
        "pid /run/nginx.pid;",
        "error_log /var/log/nginx/error.log warn;",
        "include /etc/nginx/modules-enabled/*.conf;",
        "",
        "events {",
        [`worker_connections ${workerConnections};`],
        "}",
        "",
        "stream {",
        [
            "log_format connections '[$time_local] $remote_addr:$remote_port -> $upstream_addr $status '",
            ["'received=$bytes_received sent=$bytes_sent session=$session_time connect=$upstream_connect_time';"],
            "access_log /var/log/nginx/kube-api.access.log connections;",
            "",
            "upstream kube_api {",
            [
                "# Shared by the workers, so that one that finds a server down tells the others.",
                "zone kube_api 64k;",
                "least_conn;",
                ...model.apiServers.map(({ address, port }) => `server ${address}:${port} max_fails=1 fail_timeout=5s;`),
            ],
            "}",
            "",
            "server {",
            [
                // A peer that vanished without a word is noticed after about a minute and a half.
                `listen ${model.port} backlog=4096 so_keepalive=60s:10s:3;`,
                "proxy_pass kube_api;",
                `proxy_connect_timeout ${milliseconds(connectTimeout)};`,
                "proxy_next_upstream on;",
                `proxy_timeout ${milliseconds(idleTimeout)};`,
                "proxy_socket_keepalive on;",
                "tcp_nodelay on;",
            ],
            "}",
            "",
            ...(extraConfiguration.length > 0 ? [...extraConfiguration, ""] : []),
            "# Answers, to this host only, with the checksum of this file: what runs, and that it runs.",
            "server {",
            // Its own rules, so that a "deny" in the extra directives does not silence it.
            [`listen 127.0.0.1:${STATUS_PORT};`, "allow 127.0.0.1;", "deny all;", "access_log off;", `return "${answer}\\n";`],
            "}",
        ],
        "}",
    );
}

/** nginx knows no fractions of a second. */
function milliseconds(seconds: number): string {
    return Number.isInteger(seconds) ? `${seconds}s` : `${Math.round(seconds * 1000)}ms`;
}
