/** What the inputs must be together: each rule in a name, and what it finds wrong. */
import { list, settings } from "../spec/checks";
import { type Path, Problems } from "../spec/problems";
import type { Inputs } from "./inputs";
import type { Model } from "./model";
import { OF_SOURCE } from "./nginx";
import { OWNER_PRIORITY } from "./vrrp";

/** Inputs as they were given, and what became of them; parts that were wrong in themselves are NaN, empty or absent. */
export interface Candidate {
    given: Inputs;
    model: Omit<Model, "warnings">;
}

type Found = [path: Path, allowed: string, received?: unknown];

interface Rule {
    name: string;
    problems: (candidate: Candidate) => Found[];
}

const RULES: Rule[] = [
    { name: "settings of one engine only with it", problems: otherEngine },
    { name: "settings of one source of nginx only with it", problems: otherSource },
    { name: "counting of failures by nginx only", problems: failuresByHaproxy },
    { name: "datagrams by nginx only", problems: datagramsByHaproxy },
    { name: "log formats of nginx only", problems: formatsOfHaproxy },
    { name: "health checks of connections only", problems: checksOfDatagrams },
    { name: "a path to ask for on API servers only", problems: pathOfOthers },
    { name: "a password in VRRP version 2 only", problems: passwordInVersion3 },
    { name: "a password where it is used", problems: unusedPassword },
    { name: "a profile in VRRP version 3 only", problems: profileInVersion2 },
    { name: "whole seconds in VRRP version 2", problems: fractionInVersion2 },
    { name: "a weight only where backups may preempt", problems: weightWithoutPreemption },
    { name: "a check of the API only where the proxy listens on the host", problems: checkOfVipOnly },
    { name: "a first master only where it may preempt", problems: masterWithoutPreemption },
    { name: "what the owner of the address may do", problems: ownerProblems },
    { name: "layer 7 by nginx only", problems: layer7ByHaproxy },
    { name: "what layer 7 needs", problems: layer7Needs },
    { name: "a certificate with its key, or an issuer", problems: certificateOrIssuer },
    { name: "a client certificate with its key", problems: clientCertificate },
    { name: "a renewal before the end", problems: renewalAfterEnd },
];

/** Notes what the rules find. */
export function checkRules(problems: Problems, candidate: Candidate): void {
    for (const rule of RULES) for (const found of rule.problems(candidate)) problems.add(...found);
}

/** A problem where a condition holds. */
const when = (wrong: boolean, ...found: Found): Found[] => (wrong ? [found] : []);

/** A group as it was given, empty when it is none: that was noted before. */
const group = <T extends object>(value: T | undefined): Partial<T> => settings(new Problems(), "", value);

/** The settings of all listeners as they were given, with their paths. */
function listenersOf({
    given,
    model,
}: Candidate): { path: Path; balancing: Partial<NonNullable<Inputs["balancing"]>>; index: number }[] {
    const further = list(new Problems(), "", given.listeners).map((each) => group(each).balancing);
    return [given.balancing, ...further]
        .slice(0, model.listeners.length)
        .map((balancing, index) => ({
            path: index === 0 ? "" : `listeners[${index - 1}].`,
            balancing: group(balancing),
            index,
        }));
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
            `listeners[${index - 1}].protocol`,
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

function passwordInVersion3({ model: { vrrp } }: Candidate): Found[] {
    return when(
        vrrp.authentication === "password" && vrrp.version === 3,
        "vrrp.authentication",
        "must be none with version 3, which has no passwords (set vrrp.version to 2)",
        vrrp.authentication,
    );
}

function unusedPassword({ given }: Candidate): Found[] {
    const { authentication, hasPassword } = group(given.vrrp);
    return when(
        (authentication ?? "none") === "none" && hasPassword === true,
        "vrrp.password",
        "is only used with vrrp.authentication password",
    );
}

function profileInVersion2({ given, model: { vrrp } }: Candidate): Found[] {
    const { profile } = group(given.vrrp);
    return when(
        vrrp.version === 2 && profile !== undefined,
        "vrrp.profile",
        "is for version 3 only: version 2 counts whole seconds (vrrp.advertisementInterval)",
        profile,
    );
}

function fractionInVersion2({ model: { vrrp } }: Candidate): Found[] {
    const { version, advertisementInterval } = vrrp;
    return when(
        version === 2 && !Number.isNaN(advertisementInterval) && !Number.isInteger(advertisementInterval),
        "vrrp.advertisementInterval",
        "must be a whole number from 1 to 40",
        advertisementInterval,
    );
}

function weightWithoutPreemption({ given, model: { vrrp } }: Candidate): Found[] {
    return when(
        vrrp.preempt === false && vrrp.check.weight !== 0,
        "vrrp.check.weight",
        "must be 0 unless vrrp.preempt is true: a backup that may not preempt never takes the VIP from a " +
            "holder with a lowered priority",
        group(group(given.vrrp).check).weight,
    );
}

function checkOfVipOnly({ model: { vrrp, listenOn } }: Candidate): Found[] {
    return when(
        vrrp.check.kind === "api" && listenOn === "vip",
        "vrrp.check.kind",
        "must be answer or process with listenOn: vip: the check asks the proxy on the host's own " +
            "address, where it then does not listen",
        "api",
    );
}

/** keepalived itself ignores nopreempt on a host that starts as master. */
function masterWithoutPreemption({ model: { hosts, vrrp } }: Candidate): Found[] {
    return hosts.flatMap(({ initialState }, index) =>
        when(
            initialState === "master" && !vrrp.preempt,
            `hosts[${index}].initialState`,
            "must be backup unless vrrp.preempt is true: a host that starts as master preempts",
            "master",
        ),
    );
}

/** What keepalived itself does not let the owner of the address do. */
function ownerProblems({ model: { hosts, vrrp } }: Candidate): Found[] {
    return hosts.flatMap(({ priority }, index) => {
        if (priority !== OWNER_PRIORITY) return [];
        const path = `hosts[${index}].priority`;
        return [
            ...when(
                !vrrp.preempt,
                path,
                "must be at most 254 unless vrrp.preempt is true: 255 is for the owner of the address, who " +
                    "always preempts",
                priority,
            ),
            ...when(
                vrrp.check.weight !== 0,
                path,
                "must be at most 254 with a vrrp.check.weight: the owner of the address keeps its priority " +
                    "whatever the check says",
                priority,
            ),
        ];
    });
}

function layer7ByHaproxy({ model: { layer, engine } }: Candidate): Found[] {
    return when(
        layer === 7 && engine === "haproxy",
        "layer",
        "must be 4 with the engine haproxy (layer 7 needs the engine nginx)",
        layer,
    );
}

function layer7Needs({ given, model: { layer } }: Candidate): Found[] {
    if (layer !== 7) return [];
    return [
        ...when(
            given.clusterCertificateAuthority === undefined,
            "clusterCertificateAuthority",
            "must be given for layer 7: the load balancer then speaks TLS with the API servers itself and " +
                "verifies them",
        ),
        ...when(
            given.tls === undefined,
            "tls",
            "must be given for layer 7: a certificate with its privateKey, or an issuer",
        ),
    ];
}

function certificateOrIssuer({ given }: Candidate): Found[] {
    if (given.tls === undefined) return [];
    const { certificate, hasPrivateKey, issuer } = group(given.tls);
    const own = certificate !== undefined || hasPrivateKey === true;
    return [
        ...when(
            own && issuer !== undefined,
            "tls.issuer",
            "must not be given together with tls.certificate and tls.privateKey",
        ),
        ...when(!own && issuer === undefined, "tls", "must name a certificate with its privateKey, or an issuer"),
        ...when(own && certificate === undefined, "tls.certificate", "must be given with tls.privateKey"),
        ...when(own && hasPrivateKey !== true, "tls.privateKey", "must be given with tls.certificate"),
    ];
}

function clientCertificate({ given }: Candidate): Found[] {
    const { clientCertificate: own, hasClientPrivateKey, clientCertificateAuthority } = group(given.tls);
    return [
        ...when(
            own !== undefined && hasClientPrivateKey !== true,
            "tls.clientPrivateKey",
            "must be given with tls.clientCertificate",
        ),
        ...when(
            own === undefined && hasClientPrivateKey === true,
            "tls.clientCertificate",
            "must be given with tls.clientPrivateKey",
        ),
        ...when(
            own === undefined && clientCertificateAuthority !== undefined,
            "tls.clientCertificate",
            "must be given with tls.clientCertificateAuthority: API servers take a user's name only from a " +
                "front proxy that shows its certificate",
        ),
    ];
}

function renewalAfterEnd({ model: { tls } }: Candidate): Found[] {
    const { validityDays = 0, renewalDays = -1 } = tls?.issuer ?? {};
    return when(
        renewalDays >= validityDays,
        "tls.issuer.renewalDays",
        `must be less than tls.issuer.validityDays, ${validityDays}`,
        renewalDays,
    );
}
