/** What hosts must be together, and beside the VIP and the backends. */
import { repeated } from "../../spec/checks";
import type { Path } from "../../spec/problems";
import { Network } from "../../text/address";
import { inNetwork } from "../addresses";
import type { HostModel } from "../model";
import { HEALTH_PORT, STATUS_PORT } from "../ports";
import { atEdge, backendsPath, type Candidate, type Found, isAlone, isIpv6, type Rule, when } from "./rule";

export const HOST_RULES: Rule[] = [
    { name: "two hosts or more, or one that may be alone", problems: count },
    { name: "hosts in the VIP's network", problems: outsideNetwork },
    { name: "an IPv6 address beside an IPv4 one only", problems: secondIpv6 },
    { name: "a VIP for each family once", problems: vipsOfOneFamily },
    { name: "an IPv6 address of each host beside an IPv6 VIP", problems: withoutIpv6 },
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

/** The addresses of hosts that are good in themselves. */
function addressed({ model: { hosts } }: Candidate): { path: Path; key: "address" | "address6"; address: string }[] {
    return hosts.flatMap((host, index) =>
        (["address", "address6"] as const).flatMap((key) => {
            const address = host[key] ?? "";
            return address === "" ? [] : [{ path: `hosts[${index}].${key}`, key, address }];
        }),
    );
}

function outsideNetwork(candidate: Candidate): Found[] {
    return addressed(candidate).flatMap(({ path, key, address }): Found[] => {
        const vip = key === "address" ? candidate.vip : candidate.vip6;
        if (vip === undefined) return [];
        if (address === vip.address) return [[path, "must not be the VIP, which moves between the hosts", address]];
        if (isAlone(candidate)) return [];
        if (inNetwork(address, vip)) return atEdge(path, address, vip);
        const [first] = Network.of(vip).reserved;
        const whose = key === "address" ? "the VIP's" : "vip6's";
        return [[path, `must be in ${whose} network, ${first!.toString()}/${vip.prefixLength}`, address]];
    });
}

function secondIpv6({ model: { hosts } }: Candidate): Found[] {
    return hosts.flatMap(({ address, address6 }, index) =>
        when(
            isIpv6(address) && address6 !== undefined,
            `hosts[${index}].address6`,
            "is the IPv6 address beside an IPv4 one, and this host's address is an IPv6 one: leave it out",
            address6,
        ),
    );
}

function vipsOfOneFamily({ vip, given }: Candidate): Found[] {
    return when(
        isIpv6(vip?.address) && given.vip6 !== undefined && given.vip6 !== null,
        "vip6",
        "is the IPv6 address beside an IPv4 VIP, and vip is an IPv6 address already: leave it out",
        given.vip6,
    );
}

/** Without them connections under way could not be sent on at a switchover, and the network not be checked. */
function withoutIpv6({ vip6, model: { hosts } }: Candidate): Found[] {
    if (vip6 === undefined) return [];
    return hosts.flatMap(({ address, address6 }, index) =>
        when(
            address6 === undefined && !isIpv6(address),
            `hosts[${index}].address6`,
            "must be given with vip6: an IPv6 address of the host in the same network",
            undefined,
        ),
    );
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
    const each = (
        key: "name" | "address" | "address6" | "priority",
    ): { path: Path; value: string | number; host: HostModel }[] =>
        hosts.map((host, index) => ({ path: `hosts[${index}].${key}`, value: host[key] ?? "", host }));
    // A name that was refused is empty: then the place says which host that is.
    const owned = (key: "address" | "address6" | "priority") =>
        each(key).map(({ host, ...one }) => (host.name === "" ? one : { ...one, owner: host.name }));
    return [
        ...repeated(each("name"), "names of hosts"),
        ...repeated(owned("address"), "addresses of hosts"),
        ...repeated(owned("address6"), "IPv6 addresses of hosts"),
        ...repeated(owned("priority"), "priorities"),
    ];
}
