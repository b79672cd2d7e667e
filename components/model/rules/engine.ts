/** What goes with which engine, source and protocol. */
import type { Path } from "../../spec/problems";
import type { Inputs } from "../inputs";
import { OF_SOURCE } from "../nginx";
import { type Candidate, entries, type Found, group, listenerPrefix, type Rule, when } from "./rule";

export const ENGINE_RULES: Rule[] = [
    { name: "settings of one engine only with it", problems: otherEngine },
    { name: "settings of one source of nginx only with it", problems: otherSource },
    { name: "counting of failures by nginx only", problems: failuresByHaproxy },
    { name: "datagrams by nginx only", problems: datagramsByHaproxy },
    { name: "log formats of nginx only", problems: formatsOfHaproxy },
    { name: "health checks of connections only", problems: checksOfDatagrams },
    { name: "a path to ask for on API servers only", problems: pathOfOthers },
];

/** The settings of all listeners as they were given, with their paths. */
function listenersOf({
    given,
    model,
}: Candidate): { path: Path; balancing: Partial<NonNullable<Inputs["balancing"]>>; index: number }[] {
    const further = entries(given.listeners).map((each) => group(each).balancing);
    return [given.balancing, ...further]
        .slice(0, model.listeners.length)
        .map((balancing, index) => ({ path: listenerPrefix(index), balancing: group(balancing), index }));
}

function otherEngine({ given, model: { engine } }: Candidate): Found[] {
    return (["nginx", "haproxy"] as const).flatMap((own) =>
        Object.entries(own === engine ? {} : group<object>(given[own]))
            .filter(([, value]) => value !== undefined)
            .map(([key]): Found => [`${own}.${key}`, `is for the engine ${own} only, and the engine is ${engine}`]),
    );
}

function otherSource({ given, model: { engine, nginx } }: Candidate): Found[] {
    if (engine !== "nginx") return [];
    const settings = group(given.nginx);
    return Object.entries(OF_SOURCE).flatMap(([kind, keys]) =>
        keys
            .filter((key) => kind !== nginx.source.kind && settings[key] !== undefined)
            .map((key): Found => [`nginx.${key}`, `is only used with nginx.source ${kind}`, settings[key]]),
    );
}

function failuresByHaproxy(candidate: Candidate): Found[] {
    if (candidate.model.engine !== "haproxy") return [];
    return listenersOf(candidate).flatMap(({ path, balancing }) =>
        (["maxFails", "failTimeout"] as const)
            .filter((key) => balancing[key] !== undefined)
            .map((key): Found => [
                `${path}balancing.${key}`,
                "is for the engine nginx only: HAProxy checks its backends (healthCheck)",
                balancing[key],
            ]),
    );
}

function datagramsByHaproxy({ model: { engine, listeners } }: Candidate): Found[] {
    return listeners.flatMap(({ protocol }, index) =>
        when(
            protocol === "udp" && engine === "haproxy",
            `${listenerPrefix(index)}protocol`,
            "must be tcp with the engine haproxy, which forwards no UDP (the engine nginx does)",
            protocol,
        ),
    );
}

function formatsOfHaproxy({ given, model: { engine, logs } }: Candidate): Found[] {
    return (["connectionFormat", "requestFormat"] as const).flatMap((key) =>
        when(
            engine === "haproxy" && logs[key] !== undefined,
            `logs.${key}`,
            "is for the engine nginx only: HAProxy has formats of its own (option tcplog)",
            group(given.logs)[key],
        ),
    );
}

function checksOfDatagrams(candidate: Candidate): Found[] {
    return listenersOf(candidate).flatMap(({ path, balancing, index }) =>
        when(
            candidate.model.listeners[index]!.protocol === "udp" && balancing.healthCheck !== undefined,
            `${path}balancing.healthCheck`,
            "is for TCP only: backends of datagrams are not checked",
        ),
    );
}

function pathOfOthers(candidate: Candidate): Found[] {
    return listenersOf(candidate).flatMap(({ path, balancing, index }) => {
        const asked = group(balancing.healthCheck).path;
        return when(
            index > 0 && asked !== undefined,
            `${path}balancing.healthCheck.path`,
            "is for the Kubernetes API only: other backends are checked by connecting",
            asked,
        );
    });
}
