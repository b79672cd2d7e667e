/** What listeners must be together, and beside what else the hosts have. */
import { repeated } from "../../spec/checks";
import { Endpoint } from "../../text/endpoint";
import { OWN_PORTS } from "../ports";
import { atEdge, backendsPath, type Candidate, type Found, listenerPrefix, type Rule, when } from "./rule";

export const LISTENER_RULES: Rule[] = [
    { name: "listeners of distinct names", problems: alikeInName },
    { name: "listeners of distinct ports", problems: alikeInPort },
    { name: "a port that the proxy's own answers do not use", problems: portOfAnswers },
    { name: "a port that the SSH server does not use", problems: portOfSsh },
    { name: "backends that a machine can have in the VIP's network", problems: backendsAtEdge },
    { name: "distinct backends", problems: alikeInBackends },
    { name: "backends other than the load balancer", problems: vipAsBackend },
];

function alikeInName({ model: { listeners } }: Candidate): Found[] {
    const names = listeners.map(({ name }, index) => ({
        path: `${listenerPrefix(index)}name`,
        value: name,
        owner: index === 0 ? "the Kubernetes API" : name,
    }));
    return repeated(names, "names of listeners");
}

function alikeInPort({ model: { listeners } }: Candidate): Found[] {
    const ports = listeners.map(({ name, port, protocol }, index) => ({
        path: `${listenerPrefix(index)}port`,
        value: Number.isNaN(port) ? "" : `${port}/${protocol}`,
        owner: name,
    }));
    return repeated(ports, "ports of listeners");
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

function backendsAtEdge({ model: { listeners }, vip }: Candidate): Found[] {
    return listeners.flatMap(({ backends }, index) =>
        backends.flatMap(({ address }, n) => atEdge(`${backendsPath(index)}[${n}]`, address, vip)),
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

function vipAsBackend({ model: { listeners }, vip }: Candidate): Found[] {
    return listeners.flatMap(({ backends }, index) =>
        when(
            vip !== undefined && backends.some(({ address }) => address === vip.address),
            backendsPath(index),
            "must not contain the VIP: the load balancer would forward to itself",
            vip?.address,
        ),
    );
}
