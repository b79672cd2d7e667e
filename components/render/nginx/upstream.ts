/** What a listener's backends look like to nginx, at either layer. */
import type { ListenerModel, Model } from "../../model/model";
import type { Lines } from "../lines";

/** nginx has no hyphens in names of its own; we follow it. */
export const upstreamName = ({ name }: ListenerModel): string => name.replaceAll("-", "_");

export function upstream(listener: ListenerModel, ...more: string[]): Lines {
    const { method, maxFails, failTimeout } = listener.balancing;
    const name = upstreamName(listener);
    return [
        `upstream ${name} {`,
        [
            "# Shared by the workers, so that one that finds a server down tells the others.",
            `zone ${name} ${zoneSize(listener)}k;`,
            method === "leastConnections" && "least_conn;",
            ...listener.backends.map(({ address, port }) => `server ${address}:${port} max_fails=${maxFails} fail_timeout=${failTimeout}s;`),
            ...more,
        ],
        "}",
    ];
}

/** KiB. nginx 1.22 needs just under 1 for each backend, and refuses the configuration when there are not; with TLS a session each besides. */
function zoneSize({ backends }: ListenerModel): number {
    return Math.max(64, 4 * backends.length);
}

/** Where a listener listens, with keep-alive for connections: a peer that vanished without a word is noticed after about a minute and a half. */
export function listen(model: Model, { port, protocol }: ListenerModel, ...options: string[]): string {
    const address = model.listenOn === "vip" ? `${model.vip.address}:${port}` : `${port}`;
    return ["listen", address, ...(protocol === "udp" ? ["udp"] : [...options, "backlog=4096", "so_keepalive=60s:10s:3"])].join(" ") + ";";
}
