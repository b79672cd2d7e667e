/** What listeners must be together, and beside what else the hosts have. */
import { repeated } from "../../spec/checks";
import { Address } from "../../text/address";
import { Endpoint } from "../../text/endpoint";
import { addressIn } from "../hostOf";
import { OWN_PORTS } from "../ports";
import { API_INSTANCE } from "../vip";
import { instanceAt, instanceOf } from "../vips";
import { atEdge, backendsPath, type Candidate, type Found, goodVips, listenerPrefix, type Rule, when } from "./rule";

export const LISTENER_RULES: Rule[] = [
    { name: "listeners of distinct names", problems: alikeInName },
    { name: "listeners of distinct ports", problems: alikeInPort },
    { name: "a port that the proxy's own answers do not use", problems: portOfAnswers },
    { name: "a port that the SSH server does not use", problems: portOfSsh },
    { name: "backends that a machine can have in the VIP's network", problems: backendsAtEdge },
    { name: "distinct backends", problems: alikeInBackends },
    { name: "backends other than the load balancer", problems: vipAsBackend },
    { name: "backends of a family that hosts have", problems: backendsOutOfReach },
];

function alikeInName({ model: { listeners } }: Candidate): Found[] {
    const names = listeners.map(({ name }, index) => ({
        path: `${listenerPrefix(index)}name`,
        value: name,
        owner: index === 0 ? "the Kubernetes API" : name,
    }));
    return repeated(names, "names of listeners");
}

/** At each VIP for itself, where listeners are at one only. */
function alikeInPort({ model: { listeners, listenOn }, further }: Candidate): Found[] {
    const instances = [API_INSTANCE, ...further.map(({ name }) => instanceOf(name))];
    const found = instances.flatMap((instance) =>
        repeated(
            listeners.flatMap(({ name, port, protocol, vip }, index) => {
                const value = Number.isNaN(port) ? "" : `${port}/${protocol}`;
                const isThere = [undefined, instance].includes(instanceAt(listenOn, name, vip));
                return isThere ? [{ path: `${listenerPrefix(index)}port`, value, owner: name }] : [];
            }),
            "ports of listeners",
        ),
    );
    return found.filter(([path], index) => found.findIndex((other) => other[0] === path) === index);
}

function portOfAnswers({ model: { listeners } }: Candidate): Found[] {
    return listeners.flatMap(({ port }, index) =>
        when(
            OWN_PORTS.includes(port),
            `${listenerPrefix(index)}port`,
            `must not be ${OWN_PORTS.join(" or ")}, which the proxy's own answers use on the loopback address`,
            port,
        ),
    );
}

function portOfSsh({ model: { listeners, ssh } }: Candidate): Found[] {
    return listeners.flatMap(({ port, protocol }, index) =>
        when(
            protocol === "tcp" && port === ssh.port,
            `${listenerPrefix(index)}port`,
            `must not be ${ssh.port}, where the hosts' SSH server listens (ssh.port)`,
            port,
        ),
    );
}

function backendsAtEdge(candidate: Candidate): Found[] {
    return candidate.model.listeners.flatMap(({ backends }, index) =>
        backends.flatMap(({ address }, n) =>
            goodVips(candidate).flatMap((vip) => atEdge(`${backendsPath(index)}[${n}]`, address, vip)),
        ),
    );
}

function alikeInBackends({ model: { listeners } }: Candidate): Found[] {
    return listeners.flatMap(({ backends }, index) => {
        const endpoints = backends.map((backend, n) => ({
            path: `${backendsPath(index)}[${n}]`,
            value: backend.address === "" ? "" : Endpoint.of(backend).toString(),
        }));
        return repeated(endpoints, index === 0 ? "API servers" : "backends");
    });
}

function vipAsBackend(candidate: Candidate): Found[] {
    return candidate.model.listeners.flatMap(({ backends }, index) =>
        goodVips(candidate).flatMap((vip) =>
            when(
                backends.some(({ address }) => address === vip.address),
                backendsPath(index),
                "must not contain the VIP: the load balancer would forward to itself",
                vip.address,
            ),
        ),
    );
}

/** A host that has no address of a backend's family cannot reach it. */
function backendsOutOfReach({ model: { listeners, hosts }, vip, vip6 }: Candidate): Found[] {
    // The others are wrong in themselves, and a problem of their own.
    const good = hosts.filter(
        ({ address, address6 }) =>
            address !== "" &&
            address6 !== "" &&
            (vip === undefined || Address.of(address).family === Address.of(vip.address).family) &&
            (vip6 === undefined || address6 !== undefined),
    );
    return listeners.flatMap(({ backends }, index) =>
        backends.flatMap(({ address }, n): Found[] => {
            const family = Address.parse(address)?.family;
            const without = good.find((host) => addressIn(host, family ?? 4) === undefined);
            if (family === undefined || without === undefined) return [];
            const way =
                family === 6
                    ? "give the hosts an address6 beside their address"
                    : "hosts reach both families with an IPv4 address and an address6 beside it";
            return [
                [
                    `${backendsPath(index)}[${n}]`,
                    `must be of a family that the hosts have, and ${without.name} has no IPv${family} address: ${way}`,
                    address,
                ],
            ];
        }),
    );
}
