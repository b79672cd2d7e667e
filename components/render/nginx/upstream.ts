/** What a listener's backends look like to nginx, at either layer. */
import { clientsOf } from "../../model/clients";
import { vipsAt } from "../../model/vips";
import type { EndpointModel, ListenerModel, Model } from "../../model/model";
import { familiesOf } from "../../text/address";
import { Endpoint } from "../../text/endpoint";
import type { Lines } from "../../text/lines";

/**
 * nginx has no hyphens in names of its own; we follow it. Letters, digits and underscores: a name of ours with a dot in
 * it cannot be one of a listener.
 */
export const upstreamName = ({ name }: ListenerModel): string => name.replaceAll("-", "_");

/**
 * How often a connection is tried, at least, before its client is refused. With a tenth of all tries
 * lost, as where 5 % of packets are lost each way, one connection in a million fails.
 */
const TRIES = 6;

/** The upstream of a listener; `name` if it is to have another one. */
export function upstream(listener: ListenerModel, more: string[] = [], name = upstreamName(listener)): Lines {
    const {
        backends,
        balancing: { method },
    } = listener;
    return [
        `upstream ${name} {`,
        [
            "# Shared by the workers, so that they count its connections together.",
            `zone ${name} ${zoneSize(listener)}k;`,
            method === "leastConnections" && "least_conn;",
            ...backends.map((backend) => server(listener, backend)),
            ...again(listener),
            ...more,
        ],
        "}",
    ];
}

function server(
    { balancing: { maxFails, failTimeout } }: ListenerModel,
    backend: EndpointModel,
    ...options: string[]
): string {
    const counted = maxFails === 0 ? "max_fails=0" : `max_fails=${maxFails} fail_timeout=${failTimeout}s`;
    return `${["server", Endpoint.of(backend).toString(), counted, ...options].join(" ")};`;
}

/**
 * nginx tries each server of an upstream once, and its backups when all have failed: with the same servers as backups a
 * connection survives as many lost packets as it takes, and one that is ejected is still there when no other answers.
 * Not where nginx itself ejects servers; nor for datagrams, which are neither accepted nor refused.
 */
function again(listener: ListenerModel): Lines {
    const {
        backends,
        protocol,
        balancing: { maxFails },
    } = listener;
    if (protocol === "udp" || maxFails > 0 || backends.length === 0) return [];
    const rounds = Math.max(1, Math.ceil(TRIES / backends.length) - 1);
    return [
        "# Once more, when all have failed: a lost packet costs a retry, not the connection.",
        ...Array.from({ length: rounds }, () => backends.map((backend) => server(listener, backend, "backup"))).flat(),
    ];
}

/**
 * KiB. nginx 1.22 needs just under 1 for each line of a backend, and refuses the configuration when there are not; with
 * TLS a session each besides.
 */
function zoneSize({ backends }: ListenerModel): number {
    return Math.max(64, 8 * backends.length);
}

/**
 * Where a listener listens, with keep-alive for connections: a peer that vanished without a word is noticed after about
 * a minute and a half.
 */
export function listen(model: Model, listener: ListenerModel, ...options: string[]): string[] {
    const { port, protocol } = listener;
    const places =
        model.listenOn === "vip"
            ? vipsAt(model, listener).map(({ address }) => Endpoint.of({ address, port }).toString())
            : familiesOf(model.vips).map((family) => (family === 6 ? `[::]:${port}` : `${port}`));
    const words = protocol === "udp" ? ["udp"] : [...options, "backlog=4096", "so_keepalive=60s:10s:3"];
    return places.map((place) => `${["listen", place, ...words].join(" ")};`);
}

/** Who may connect to a listener, at either layer: in place of what extra directives say of it. */
export function access(model: Model): string[] {
    const clients = clientsOf(model);
    return clients === undefined ? [] : ["# Of allowedClients, and the hosts themselves.", ...only(clients)];
}

export const only = (clients: string[]): string[] => [...clients.map((client) => `allow ${client};`), "deny all;"];
