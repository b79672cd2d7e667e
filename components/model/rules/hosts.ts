/** What hosts must be together, and beside the VIP and the backends. */
import { repeated } from "../../spec/checks";
import type { Path } from "../../spec/problems";
import { Network } from "../../text/address";
import { inNetwork } from "../addresses";
import type { HostModel } from "../model";
import { HEALTH_PORT, STATUS_PORT } from "../ports";
import { atEdge, backendsPath, type Candidate, type Found, type Rule, when } from "./rule";

export const HOST_RULES: Rule[] = [
    { name: "two hosts or more, or one that may be alone", problems: count },
    { name: "hosts in the VIP's network", problems: outsideNetwork },
    { name: "backends on a host only beside the ports of the proxy's own answers", problems: ownAnswersTaken },
    { name: "backends on a host only beside the ports the proxy listens on", problems: portsTaken },
    { name: "hosts of distinct names, addresses and priorities", problems: alike },
];

/**
 * VRRP gives each host a priority of its own, in steps; more hosts than this would run out of them, and none needs as
 * many.
 */
const MOST_HOSTS = 20;

function count({ model: { hosts, allowSingleHost } }: Candidate): Found[] {
    return [
        ...when(hosts.length === 0, "hosts", "must name at least two hosts", []),
        ...when(
            hosts.length === 1 && !allowSingleHost,
            "hosts",
            "must name at least two hosts: one alone is not highly available (allowSingleHost: true accepts it)",
        ),
        ...when(hosts.length > MOST_HOSTS, "hosts", `must name at most ${MOST_HOSTS} hosts`, hosts.length),
    ];
}

/** The hosts whose addresses are good in themselves. */
function addressed({ model: { hosts } }: Candidate): { path: Path; address: string }[] {
    return hosts
        .map(({ address }, index) => ({ path: `hosts[${index}].address`, address }))
        .filter(({ address }) => address !== "");
}

function outsideNetwork(candidate: Candidate): Found[] {
    const { vip } = candidate;
    if (vip === undefined) return [];
    return addressed(candidate).flatMap(({ path, address }): Found[] => {
        if (address === vip.address) return [[path, "must not be the VIP, which moves between the hosts", address]];
        if (inNetwork(address, vip)) return atEdge(path, address, vip);
        const [first] = Network.of(vip).reserved;
        return [[path, `must be in the VIP's network, ${first!.toString()}/${vip.prefixLength}`, address]];
    });
}

interface BackendOnHost {
    /** Of the host's address. */
    path: Path;
    address: string;
    where: Path;
    port: number;
    protocol: "tcp" | "udp";
}

/**
 * A control-plane machine may be a load-balancer host too, as long as the proxy leaves the API server its port. The
 * first backend of each listener on each host that has a port which is taken.
 */
function backendsOnHosts(candidate: Candidate, taken: (backend: BackendOnHost) => boolean): BackendOnHost[] {
    return addressed(candidate).flatMap(({ path, address }) =>
        candidate.model.listeners.flatMap(({ protocol, backends }, index) => {
            const first = backends
                .map((backend, n) => ({ ...backend, path, protocol, where: `${backendsPath(index)}[${n}]` }))
                .find((backend) => backend.address === address && taken(backend));
            return first === undefined ? [] : [first];
        }),
    );
}

function ownAnswersTaken(candidate: Candidate): Found[] {
    const own = candidate.model.engine === "nginx" ? [STATUS_PORT, HEALTH_PORT] : [STATUS_PORT];
    return backendsOnHosts(candidate, ({ port, protocol }) => protocol === "tcp" && own.includes(port)).map(
        ({ path, where, port, address }) => [
            path,
            `is a backend's too (${where}), whose port ${port} the proxy's own answers use on the loopback ` +
                "address: the backend must listen on another one",
            address,
        ],
    );
}

function portsTaken(candidate: Candidate): Found[] {
    const { listenOn, listeners } = candidate.model;
    if (listenOn === "vip") return [];
    const listened = (backend: BackendOnHost): boolean =>
        listeners.some(({ port, protocol }) => port === backend.port && protocol === backend.protocol);
    return backendsOnHosts(candidate, listened).map(({ path, where, port, address }) => [
        path,
        `is a backend's too (${where}), and the proxy would take its port ${port}: choose another port, or ` +
            "listenOn: vip",
        address,
    ]);
}

function alike({ model: { hosts } }: Candidate): Found[] {
    const each = (key: "name" | "address" | "priority"): { path: Path; value: string | number; host: HostModel }[] =>
        hosts.map((host, index) => ({ path: `hosts[${index}].${key}`, value: host[key], host }));
    // A name that was refused is empty: then the place says which host that is.
    const owned = (key: "address" | "priority") =>
        each(key).map(({ host, ...one }) => (host.name === "" ? one : { ...one, owner: host.name }));
    return [
        ...repeated(each("name"), "names of hosts"),
        ...repeated(owned("address"), "addresses of hosts"),
        ...repeated(owned("priority"), "priorities"),
    ];
}
