/**
 * What runs on a load-balancer host: a list of these (host.ts). A host's files, packages, manifest and inspection
 * follow from the list, so that a further daemon is one that makes this, and a line in `hostServices`.
 */
import type { CredentialFile, ManagedFile } from "./file";
import type { Traces, TrustedRepository } from "./sources/source";

export interface HostService {
    /** Its systemd unit, without ".service". */
    name: string;
    /** Name of its processes; absent for a service that listens nowhere. */
    process?: string;
    /** Names of processes of other services that it replaces: a port that they have is free for it. */
    replaces?: string[];
    /** Debian packages. */
    packages: string[];
    /** Where they come from, besides the distribution. */
    repository?: TrustedRepository;
    /** What the packages step does around them, in shell. */
    packageSettings?: string[];
    /** What another configuration of this service may have left, which makes room or goes at uninstall. */
    traces?: Traces;
    /** Those of them whose version `status` shows. */
    versions: string[];
    /** All its files, units and drop-ins included. */
    files: ManagedFile[];
    credentials: CredentialFile[];
    /** Checks the configuration before it is installed; `{path}` is replaced by where that file is until then. */
    configurationTest?: string;
    /** Files whose change takes a reload. */
    reloadOn: string[];
    /** Files whose change takes a restart. */
    restartOn: string[];
    /** Checked for conflicts before anything is changed, waited for afterwards, and inspected. */
    listens: Socket[];
    /** All of this holds once the service is up. */
    ready: Readiness[];
    /** Holds 0 while the service runs and 1 otherwise. */
    runningFlag?: string;
    /** Its log files, without what rotation adds to their names; they are removed at uninstall. */
    logs: string[];
    /** What its packages leave on a host when they are purged. */
    leftovers: Leftover[];
}

/** Removed at uninstall where it was not there, or empty, before. */
export interface Leftover {
    path: string;
    /** Not while this package, which makes it without owning it, is on the host. */
    unless?: string;
}

export interface Socket {
    protocol: "tcp" | "udp";
    port: number;
    /** Absent: all addresses of the host. */
    address?: string;
    /** For clients, at the VIP: each host is asked whether it can connect there. */
    atVip: boolean;
}

export type Readiness =
    /** What the service says on a port of the loopback address: when connected (banner) or when asked (http). */
    | { kind: "answer"; port: number; protocol: "banner" | "http"; answer: string }
    /** MASTER with the address, or BACKUP. */
    | { kind: "vrrp"; instance: string; address: string }
    /** In the kernel's table of what is announced, within so many seconds. */
    | { kind: "announced"; address: string; table: number; within: number };

/** The service as a block of the manifest. */
export function serviceBlock(service: HostService): string[] {
    const each = (keyword: string, values: string[]): string[] => values.map((value) => `${keyword} ${value}`);
    return [
        `==== service ${service.name}`,
        ...each("process", service.process === undefined ? [] : [service.process]),
        ...each("replaces", service.replaces ?? []),
        ...each("check", service.configurationTest === undefined ? [] : [service.configurationTest]),
        ...each("reload-after", service.reloadOn),
        ...each("restart-after", service.restartOn),
        ...service.listens.map(({ protocol, port, address }) => `port ${protocol} ${port} ${address ?? "*"}`),
        ...service.ready.map(readinessLine),
        ...each("running-flag", service.runningFlag === undefined ? [] : [service.runningFlag]),
    ];
}

function readinessLine(ready: Readiness): string {
    switch (ready.kind) {
        case "answer":
            return `ready-answer 127.0.0.1 ${ready.port} ${ready.protocol} ${ready.answer}`;
        case "vrrp":
            return `ready-vrrp ${ready.instance} ${ready.address}`;
        case "announced":
            return `ready-announced ${ready.address} ${ready.table} ${ready.within}`;
    }
}
