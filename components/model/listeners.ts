/** The listeners: the Kubernetes API and further services, each good in itself and no two on one port. */
import { endpoint, isEdge } from "./addresses";
import { loadBalancerSpec } from "../inputs/loadBalancer";
import { listenerSpec } from "../inputs/proxy";
import { distinct, list, settings } from "../spec/checks";
import { omit } from "../spec/omit";
import { type Path, Problems } from "../spec/problems";
import { resolveMembers } from "../spec/resolve";
import { resolveBalancing } from "./balancing";
import type { Inputs, ListenerInputs } from "./inputs";
import type { EndpointModel, ListenerModel, Model, VipModel } from "./model";
import { OWN_PORTS, SSH_PORT } from "./ports";
import { Endpoint } from "../text/endpoint";

/** Name of the Kubernetes API's listener, and of its logs. */
export const API_LISTENER = "kube-api";

export function resolveListeners(
    problems: Problems,
    inputs: Inputs,
    { engine, port, apiServerPort }: Pick<Model, "engine" | "port"> & { apiServerPort: number },
    vip: VipModel | undefined,
): [ListenerModel, ...ListenerModel[]] {
    const api: ListenerModel = {
        name: API_LISTENER,
        port,
        protocol: "tcp",
        backends: resolveApiServers(problems, inputs, apiServerPort, vip),
        balancing: resolveBalancing(problems, "balancing", inputs.balancing, engine, "tcp", inputs.layer === 7),
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
        if (OWN_PORTS.includes(listener.port))
            problems.add(
                `${path}port`,
                `must not be ${OWN_PORTS.join(" or ")}, which the proxy's own answers use on the loopback address`,
                listener.port,
            );
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

function resolveApiServers(
    problems: Problems,
    inputs: Inputs,
    defaultPort: number,
    vip: VipModel | undefined,
): EndpointModel[] {
    const { apiServers } = loadBalancerSpec;
    const given = resolveMembers(problems, (name) => name, { apiServers }, inputs).apiServers;
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
    vip: VipModel | undefined,
): ListenerModel {
    const own = settings(problems, path, given);
    const listener = resolveMembers(problems, (name) => `${path}.${name}`, omit(listenerSpec, "balancing"), own);
    const { name, port, protocol, backends, backendPort = port } = listener;
    if (backends.length === 0)
        problems.add(`${path}.backends`, "must name at least one backend, such as 10.30.100.51", own.backends ?? null);
    return {
        name,
        port,
        protocol,
        backends: endpoints(problems, `${path}.backends`, backends, backendPort, "backends", vip),
        balancing: resolveBalancing(problems, `${path}.balancing`, own.balancing, engine, protocol),
    };
}

function endpoints(
    problems: Problems,
    path: Path,
    given: string[],
    defaultPort: number,
    what: string,
    vip: VipModel | undefined,
): EndpointModel[] {
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
        good.map((entry) => ({ path: entry.path, value: Endpoint.of(entry.value).toString() })),
        what,
    );
    return good.map(({ value }) => value);
}
