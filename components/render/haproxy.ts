/** The engine HAProxy: layer 4, with health checks that ask the API servers whether they are ready. */
import { clientsOf } from "../model/clients";
import { proxyMetrics } from "../model/metrics";
import type { HostModel, ListenerModel, Model } from "../model/model";
import { STATUS_PORT } from "../model/ports";
import { vipsAt } from "../model/vips";
import { Address, familiesOf } from "../text/address";
import { Endpoint } from "../text/endpoint";
import { duration } from "../text/duration";
import { answerOf, type Engine } from "./engine";
import { lines, type Lines, MANAGED } from "../text/lines";
import { perObject } from "../text/perObject";
import { CLUSTER_CERTIFICATE_AUTHORITY, HAPROXY_CFG } from "../host/paths";
import { proxyDropIn } from "./systemd";
import { certificateAuthorities } from "./tls";

const answerTo = perObject((model: Model) =>
    answerOf(model, (host) => render(model, host, ""), certificateAuthorities(model)),
);

export function haproxy(model: Model, host: HostModel): Engine {
    const trusted = certificateAuthorities(model);
    const answer = answerTo(model);
    return {
        service: "haproxy",
        process: "haproxy",
        packages: ["haproxy"],
        versions: ["haproxy"],
        configuration: HAPROXY_CFG,
        files: [
            { path: HAPROXY_CFG, mode: "0644", content: render(model, host, answer) },
            ...trusted,
            proxyDropIn(model, "haproxy", "SIGUSR1"),
        ],
        credentialFiles: [],
        check: `haproxy -c -f {${HAPROXY_CFG}}`,
        status: { protocol: "http", answer },
        restartAfter: [],
        logs: [],
        leftovers: [{ path: "/var/lib/haproxy" }],
    };
}

function render(model: Model, host: HostModel, answer: string): string {
    const { maxConnections, extraConfiguration } = model.haproxy;
    return lines(
        `# ${MANAGED}`,
        "global",
        [
            // To the journal, by systemd.
            "log stdout format raw daemon info",
            "user haproxy",
            "group haproxy",
            `maxconn ${maxConnections}`,
            "# Where a host allows fewer open files than that takes, fewer connections are better than none.",
            "no strict-limits",
            "# For root: show stat, set server ... state drain. It also hands the listening sockets over at a reload.",
            "stats socket /run/haproxy/admin.sock mode 600 level admin expose-fd listeners",
            "# After a reload the old process keeps its connections this long, so that a change cuts no watch.",
            "hard-stop-after 1h",
        ],
        "",
        "defaults",
        [
            "log global",
            "mode tcp",
            "option dontlognull",
            "# A peer that vanished without a word is noticed by TCP keep-alive.",
            "option clitcpka",
            "option srvtcpka",
            "clitcpka-idle 60s",
            "clitcpka-intvl 10s",
            "clitcpka-cnt 3",
            "srvtcpka-idle 60s",
            "srvtcpka-intvl 10s",
            "srvtcpka-cnt 3",
            "# A connection that one server does not accept goes to the next, several times: a lost packet " +
                "costs a retry, not the connection.",
            "option redispatch 1",
            "retries 5",
            "timeout client-fin 30s",
            "timeout server-fin 30s",
            ...extraConfiguration,
        ],
        "",
        ...model.listeners.flatMap((listener, index) => section(model, listener, index === 0)),
        "# Answers, to this host only, with the checksum of this configuration: what runs, and that it runs.",
        // An underscore begins no listener's name.
        "frontend _status",
        [
            `bind 127.0.0.1:${STATUS_PORT}`,
            "mode http",
            "no log",
            "timeout client 5s",
            `http-request return status 200 content-type text/plain string "${answer}"`,
        ],
        ...metricsSection(model, host),
    );
}

/** HAProxy's own exporter. Few connections: those of clients are none of its. */
function metricsSection(model: Model, host: HostModel): Lines {
    const place = proxyMetrics(model, host);
    if (place === undefined) return [];
    return [
        "",
        "# For Prometheus.",
        "frontend _metrics",
        [
            `bind ${Endpoint.of(place)}`,
            "mode http",
            "maxconn 10",
            "no log",
            "timeout client 10s",
            ...only(model.metrics.allowedClients),
            "http-request use-service prometheus-exporter if { path /metrics }",
            "http-request return status 404",
        ],
    ];
}

/** Who may connect. One a line: HAProxy takes 64 words in one. */
function access(model: Model): string[] {
    const clients = clientsOf(model);
    return clients === undefined ? [] : ["# Of allowedClients, and the hosts themselves.", ...only(clients)];
}

function only(clients: string[] | undefined): string[] {
    if (clients === undefined) return [];
    return [
        ...clients.map((client) => `acl allowed_clients src ${client}`),
        "tcp-request connection reject unless allowed_clients",
    ];
}

/** HAProxy 3.3 wants another name than the frontend's; with a dot it cannot be a listener's. */
const backendOf = ({ name }: ListenerModel): string => `${name}.servers`;

function section(model: Model, listener: ListenerModel, isApi: boolean): Lines {
    const { method, connectTimeout, idleTimeout, healthCheck } = listener.balancing;
    const { interval, timeout, fall, rise } = healthCheck;
    const servers = listener.backends.map((backend) => Endpoint.of(backend));
    return [
        `frontend ${listener.name}`,
        [
            ...placesOf(model, listener).map(
                ({ address, only }) => `bind ${address}:${listener.port} backlog 4096${only}`,
            ),
            ...access(model),
            "option tcplog",
            `timeout client ${duration(idleTimeout)}`,
            `default_backend ${backendOf(listener)}`,
        ],
        "",
        `backend ${backendOf(listener)}`,
        [
            `balance ${method === "leastConnections" ? "leastconn" : "roundrobin"}`,
            `timeout connect ${duration(connectTimeout)}`,
            `timeout server ${duration(idleTimeout)}`,
            `timeout check ${duration(timeout)}`,
            ...(isApi
                ? [
                      "option httpchk",
                      `http-check send meth GET uri ${healthCheck.path} ver HTTP/1.1 hdr Host kubernetes`,
                      "http-check expect status 200-499",
                  ]
                : []),
            "# A server that does not accept a client's connection is checked at once, and is out by what " +
                "the checks say alone: a packet may have got lost.",
            [
                "default-server check",
                ...(isApi ? [secured(model)] : []),
                `inter ${duration(interval)} fastinter ${duration(interval / 5)} fall ${fall} rise ${rise}`,
                "observe layer4 error-limit 1 on-error fastinter",
            ].join(" "),
            ...servers.map((server) => `server ${server.name} ${server}`),
            "# When none is healthy all of them are tried: what they say themselves is better than nothing, and " +
                "those that are back serve at once.",
            "option allbackups",
            "default-server no-check",
            ...servers.map((server) => `server ${server.name}:unchecked ${server} backup`),
        ],
        "",
    ];
}

/** Where clients connect: at the VIPs, or at any address of their families. */
function placesOf(model: Model, listener: ListenerModel): { address: string; only: string }[] {
    const vips = vipsAt(model, listener);
    if (model.listenOn === "vip") return vips.map((vip) => ({ address: Address.of(vip.address).bracketed, only: "" }));
    return familiesOf(vips).map((family) =>
        // Without a word HAProxy would take IPv4 there too, and clients' addresses would be written as IPv6.
        family === 6 ? { address: "[::]", only: " v6only" } : { address: "", only: "" },
    );
}

/** Only the checks speak TLS: a client's connection passes through as it is. */
function secured({ clusterCertificateAuthority }: Model): string {
    if (clusterCertificateAuthority === undefined) return "check-ssl verify none";
    return `check-ssl verify required ca-file ${CLUSTER_CERTIFICATE_AUTHORITY} verifyhost kubernetes`;
}
