/** The listeners: the Kubernetes API and further services, each good in itself and no two on one port. */
import { endpoint, isEdge } from "./addresses";
import { resolveBalancing } from "./balancing";
import { distinct, list, oneOf, port, settings, text } from "./checks";
import type { Inputs, ListenerInputs } from "./inputs";
import type { Endpoint, ListenerModel, Model } from "./model";
import { HEALTH_PORT, SSH_PORT, STATUS_PORT } from "./ports";
import { type Path, Problems } from "./problems";

/** Name of the Kubernetes API's listener, and of its logs. */
export const API_LISTENER = "kube-api";

const KUBERNETES_API_PORT = 6443;

const OWN_PORTS = [HEALTH_PORT, STATUS_PORT];

export function resolveListeners(
    problems: Problems,
    inputs: Inputs,
    engine: Model["engine"],
    vip: Model["vip"] | undefined,
): [ListenerModel, ...ListenerModel[]] {
    const api: ListenerModel = {
        name: API_LISTENER,
        port: frontPort(problems, "port", inputs.port ?? KUBERNETES_API_PORT),
        protocol: "tcp",
        backends: resolveApiServers(problems, inputs, vip),
        balancing: resolveBalancing(problems, "balancing", inputs.balancing, engine, "api", inputs.layer === 7),
    };
    const further = list(problems, "listeners", inputs.listeners).map((given, index) =>
        resolveListener(problems, `listeners[${index}]`, given, engine, vip),
    );
    const entries = [
        { path: "", listener: api },
        ...further.map((listener, index) => ({ path: `listeners[${index}].`, listener })),
    ];
    distinct(
        problems,
        entries.map(({ path, listener }) => ({
            path: `${path}name`,
            value: listener.name,
            owner: path === "" ? "the Kubernetes API" : listener.name,
        })),
        "names of listeners",
    );
    distinct(
        problems,
        entries
            .filter(({ listener }) => !Number.isNaN(listener.port))
            .map(({ path, listener }) => ({
                path: `${path}port`,
                value: `${listener.port}/${listener.protocol}`,
                owner: listener.name,
            })),
        "ports of listeners",
    );
    const sshPort = settings(new Problems(), "ssh", inputs.ssh).port ?? SSH_PORT;
    for (const { path, listener } of entries) {
        if (vip !== undefined && listener.backends.some(({ address }) => address === vip.address)) {
            problems.add(
                path === "" ? "apiServers" : `${path}backends`,
                "must not contain the VIP: the load balancer would forward to itself",
                vip.address,
            );
        }
        if (listener.protocol === "tcp" && listener.port === sshPort)
            problems.add(
                `${path}port`,
                `must not be ${sshPort}, where the hosts' SSH server listens (ssh.port)`,
                sshPort,
            );
    }
    return [api, ...further];
}

function resolveApiServers(problems: Problems, inputs: Inputs, vip: Model["vip"] | undefined): Endpoint[] {
    const defaultPort = port(problems, "apiServerPort", inputs.apiServerPort ?? KUBERNETES_API_PORT);
    const given = list(problems, "apiServers", inputs.apiServers);
    if (given.length === 0)
        problems.add(
            "apiServers",
            "must name at least one API server, such as 10.30.100.51",
            inputs.apiServers ?? null,
        );
    return endpoints(problems, "apiServers", given, defaultPort, "API servers", vip);
}

function resolveListener(
    problems: Problems,
    path: Path,
    given: ListenerInputs,
    engine: Model["engine"],
    vip: Model["vip"] | undefined,
): ListenerModel {
    const listener = settings(problems, path, given);
    const protocol = oneOf(problems, `${path}.protocol`, listener.protocol ?? "tcp", ["tcp", "udp"]);
    if (protocol === "udp" && engine === "haproxy")
        problems.add(
            `${path}.protocol`,
            "must be tcp with the engine haproxy, which forwards no UDP (the engine nginx does)",
            protocol,
        );
    const ownPort = frontPort(problems, `${path}.port`, listener.port as number);
    const backends = list(problems, `${path}.backends`, listener.backends);
    if (backends.length === 0)
        problems.add(
            `${path}.backends`,
            "must name at least one backend, such as 10.30.100.51",
            listener.backends ?? null,
        );
    const backendPort =
        listener.backendPort === undefined ? ownPort : port(problems, `${path}.backendPort`, listener.backendPort);
    return {
        name: text(
            problems,
            `${path}.name`,
            listener.name,
            /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/,
            "a name of lower-case letters, digits and hyphens, such as etcd",
        ),
        port: ownPort,
        protocol,
        backends: endpoints(problems, `${path}.backends`, backends, backendPort, "backends", vip),
        balancing: resolveBalancing(
            problems,
            `${path}.balancing`,
            listener.balancing,
            engine,
            protocol === "udp" ? "udp" : "tcp",
        ),
    };
}

function frontPort(problems: Problems, path: Path, value: number): number {
    if (OWN_PORTS.includes(value))
        problems.add(
            path,
            `must not be ${OWN_PORTS.join(" or ")}, which the proxy's own answers use on the loopback address`,
            value,
        );
    return port(problems, path, value);
}

function endpoints(
    problems: Problems,
    path: Path,
    given: string[],
    defaultPort: number,
    what: string,
    vip: Model["vip"] | undefined,
): Endpoint[] {
    const parsed = given.map((value, index) => ({
        path: `${path}[${index}]`,
        value: endpoint(problems, `${path}[${index}]`, value, defaultPort),
    }));
    const good = parsed.flatMap((entry) =>
        entry.value === undefined ? [] : [{ path: entry.path, value: entry.value }],
    );
    if (vip !== undefined) for (const entry of good) isEdge(problems, entry.path, entry.value.address, vip);
    distinct(
        problems,
        good.map((entry) => ({ path: entry.path, value: `${entry.value.address}:${entry.value.port}` })),
        what,
    );
    return good.map(({ value }) => value);
}
