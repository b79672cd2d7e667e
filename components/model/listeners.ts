/** The listeners, each good in itself; what they must be together is in rules/listeners.ts. */
import { loadBalancerSpec } from "../inputs/loadBalancer";
import { listenerSpec } from "../inputs/proxy";
import { list, settings } from "../spec/checks";
import { omit } from "../spec/omit";
import type { Path, Problems } from "../spec/problems";
import { resolveMembers } from "../spec/resolve";
import { endpoint } from "./addresses";
import { resolveBalancing } from "./balancing";
import type { Inputs, ListenerInputs } from "./inputs";
import type { EndpointModel, ListenerModel, Model } from "./model";

/** Name of the Kubernetes API's listener, and of its logs. */
export const API_LISTENER = "kube-api";

type AroundListeners = Pick<Model, "engine" | "layer" | "port" | "apiServerPort">;

export function resolveListeners(
    problems: Problems,
    inputs: Inputs,
    { engine, layer, port, apiServerPort }: AroundListeners,
): [ListenerModel, ...ListenerModel[]] {
    const api: ListenerModel = {
        name: API_LISTENER,
        port,
        protocol: "tcp",
        backends: resolveApiServers(problems, inputs, apiServerPort),
        balancing: resolveBalancing(problems, "balancing", inputs.balancing, engine, "tcp", layer === 7),
    };
    const further = list(problems, "listeners", inputs.listeners).map((given, index) =>
        resolveListener(problems, `listeners[${index}]`, given, engine),
    );
    return [api, ...further];
}

function resolveApiServers(problems: Problems, inputs: Inputs, defaultPort: number): EndpointModel[] {
    const { apiServers } = loadBalancerSpec;
    const given = resolveMembers(problems, (name) => name, { apiServers }, inputs).apiServers;
    if (given.length === 0)
        problems.add(
            "apiServers",
            "must name at least one API server, such as 10.30.100.51",
            inputs.apiServers ?? null,
        );
    return endpoints(problems, "apiServers", given, defaultPort);
}

function resolveListener(
    problems: Problems,
    path: Path,
    given: ListenerInputs,
    engine: Model["engine"],
): ListenerModel {
    const own = settings(problems, path, given);
    const { backends, backendPort, ...listener } = resolveMembers(
        problems,
        (name) => `${path}.${name}`,
        omit(listenerSpec, "balancing"),
        own,
    );
    if (backends.length === 0)
        problems.add(`${path}.backends`, "must name at least one backend, such as 10.30.100.51", own.backends ?? null);
    return {
        ...listener,
        backends: endpoints(problems, `${path}.backends`, backends, backendPort ?? listener.port),
        balancing: resolveBalancing(problems, `${path}.balancing`, own.balancing, engine, listener.protocol),
    };
}

/** One that is wrong keeps its place, with an empty address, so that rules know the others by theirs. */
const endpoints = (problems: Problems, path: Path, given: string[], defaultPort: number): EndpointModel[] =>
    given.map(
        (value, index) =>
            endpoint(problems, `${path}[${index}]`, value, defaultPort) ?? { address: "", port: defaultPort },
    );
