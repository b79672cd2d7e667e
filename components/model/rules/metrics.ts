/** Metrics: only what something does, and on a port that nothing else has. */
import { addressesOfHost } from "../hostOf";
import { NODE_EXPORTER_PORT, OWN_PORTS } from "../ports";
import { type Candidate, type Found, group, type Rule, when } from "./rule";

export const METRICS_RULES: Rule[] = [
    { name: "metrics of the proxy with metrics only", problems: proxyAlone },
    { name: "a port for metrics that is free", problems: portInUse },
    { name: "clients for metrics where something asks who they are", problems: clientsInVain },
];

function proxyAlone({ model: { metrics } }: Candidate): Found[] {
    return when(
        metrics.proxyListenOn !== "none" && !metrics.enabled,
        "metrics.proxyListenOn",
        "must be none unless metrics.enabled is true",
        metrics.proxyListenOn,
    );
}

function portInUse({ model: { metrics, listeners, hosts, ssh } }: Candidate): Found[] {
    const { proxyListenOn, proxyPort } = metrics;
    if (proxyListenOn === "none") return [];
    const own = hosts.flatMap(addressesOfHost);
    const backends = listeners.flatMap(({ name, protocol, backends: all }) =>
        all
            .filter(({ address }) => protocol === "tcp" && own.includes(address))
            .map(({ port }): [string, number] => [`a backend of ${name} on a host`, port]),
    );
    const others: [owner: string, port: number][] = [
        ...listeners
            .filter(({ protocol }) => protocol === "tcp")
            .map(({ name, port }): [string, number] => [`the listener ${name}`, port]),
        ...OWN_PORTS.map((port): [string, number] => ["the proxy for its own answers", port]),
        ["the hosts' SSH server", ssh.port],
        ["node-exporter", NODE_EXPORTER_PORT],
        ...backends,
    ];
    const [owner] = others.find(([, port]) => port === proxyPort) ?? [];
    return when(owner !== undefined, "metrics.proxyPort", `must be another port: ${owner!} has this one`, proxyPort);
}

/** A list that nobody enforces would be taken for a limit. */
function clientsInVain({ given, model: { metrics, hosts } }: Candidate): Found[] {
    const filtered = hosts.some(({ virtualMachine }) => virtualMachine?.firewall === true);
    return when(
        metrics.allowedClients !== undefined && !(metrics.enabled && (filtered || metrics.proxyListenOn === "host")),
        "metrics.allowedClients",
        "is only used with metrics.enabled and proxyListenOn host, or with firewall: true of VMs: nothing else asks " +
            "who the clients are",
        group(given.metrics).allowedClients,
    );
}
