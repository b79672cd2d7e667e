/**
 * Compares what should be with what was seen on the hosts. Pure: who looked, and what becomes of the answer, is decided
 * elsewhere.
 */
import { certificateFacts, covers, daysLeft } from "./certificate";
import { type Deployment, filesOf, servicesOf } from "./expectation";
import type { Seen } from "./inspector";
import type { ConnectionSeen, Inspection } from "./report";

/** One thing that was looked at on all hosts together. */
export interface Check {
    name: string;
    /** What is so when it passed. */
    statement: string;
    passed: boolean;
    /** A failure that is no reason to fail a deployment: the load balancer often comes before the cluster. */
    warning: boolean;
    /** What was seen instead, host by host. */
    problems: string[];
}

export interface Judgement {
    /** No check failed, warnings aside. */
    passed: boolean;
    checks: Check[];
}

/** A host that could be looked at. */
export interface Report {
    host: string;
    inspection: Inspection;
}

interface Rule {
    name: string;
    statement: (deployment: Deployment) => string;
    warning?: true;
    /** What is wrong; nothing is well. */
    problems: (deployment: Deployment, reports: Report[], seen: Seen[]) => string[];
}

/** kubeadm and k3s renew certificates well before this. */
const FEW_DAYS = 14;

/**
 * A file system is nearly full with less than this share, and less than this many kB, or files, left: large disks may
 * be full by percent.
 */
const LITTLE = { share: 0.1, kilobytes: 512 * 1024, files: 10_000 };

const RULES: Rule[] = [
    { name: "hosts", statement: () => "every host can be looked at by SSH", problems: unreachable },
    { name: "holder", statement: ({ vip }) => `exactly one host holds ${vip}`, problems: holderProblems },
    { name: "states", statement: () => "the holder says MASTER, every other host BACKUP", problems: stateProblems },
    {
        name: "services",
        statement: (deployment) => `${all(servicesOf(deployment))} are active on every host`,
        problems: serviceProblems,
    },
    {
        name: "configuration",
        problems: configurationProblems,
        statement: ({ inspection: expected }) =>
            `the workers of ${expected.proxyService} run configuration ${expected.configuration} on every host`,
    },
    { name: "files", statement: () => "every managed file is as it was rendered", problems: fileProblems },
    {
        name: "connections",
        problems: connectionProblems,
        statement: ({ vip, inspection: expected }) =>
            `${expected.listeners.map((port) => `${vip}:${port}`).join(", ")} ` +
            `${expected.listeners.length > 1 ? "take" : "takes"} connections from every host`,
    },
    {
        name: "neighbours",
        statement: ({ vip }) => `the other hosts have the holder's MAC address for ${vip}`,
        problems: neighbourProblems,
    },
    { name: "space", warning: true, statement: () => "every host has room on its disks", problems: spaceProblems },
    {
        name: "routes",
        warning: true,
        statement: () => "every host has the default route it had",
        problems: routeProblems,
    },
    {
        name: "apiServers",
        warning: true,
        statement: () => "every API server answers every host",
        problems: apiServerProblems,
    },
    {
        name: "certificate",
        warning: true,
        statement: ({ inspection: expected }) =>
            `the certificate served through the VIP covers ${expected.names.join(", ")}`,
        problems: certificateProblems,
    },
    {
        name: "expiry",
        warning: true,
        statement: () => `no certificate ends within ${FEW_DAYS} days`,
        problems: expiryProblems,
    },
];

export function judge(deployment: Deployment, seen: Seen[]): Judgement {
    const reports = seen.flatMap(({ host, inspection }) => (inspection === undefined ? [] : [{ host, inspection }]));
    const checks = RULES.map(({ name, statement, warning, problems }) => {
        const found = problems(deployment, reports, seen);
        return {
            name,
            statement: statement(deployment),
            warning: warning ?? false,
            passed: found.length === 0,
            problems: found,
        };
    });
    return { passed: checks.every(({ passed, warning }) => passed || warning), checks };
}

/**
 * What a passed judgement says of any deployment of this kind, without anything that differs from one run to the next.
 */
export function statements(deployment: Deployment): string[] {
    return RULES.filter(({ warning }) => warning !== true).map(({ statement }) => statement(deployment));
}

/** The hosts that hold the VIP. */
export function holders(reports: Report[]): Report[] {
    return reports.filter(({ inspection }) => inspection.holds !== undefined);
}

/** Whether an API server, as one host sees it, is there: one that asks who we are is well. */
export function answersReadyz({ connected, http }: ConnectionSeen, tools: string[]): boolean {
    if (!connected) return false;
    return tools.length === 0 || (http !== undefined && [200, 401, 403].includes(http));
}

/** Why an API server is not there, in a few words. */
export function serverProblem({ connected, error, http }: ConnectionSeen): string {
    if (!connected) return error ?? "no connection";
    return http === undefined || http === 0
        ? "takes connections, and does not answer /readyz"
        : `answers /readyz with ${http}`;
}

/** Lists names as people do: "a", "a and b", "a, b and c". */
function all(names: string[]): string {
    return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)!}`;
}

function unreachable(_deployment: Deployment, _reports: Report[], seen: Seen[]): string[] {
    return seen.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
}

function holderProblems({ vip }: Deployment, reports: Report[], seen: Seen[]): string[] {
    const names = holders(reports).map(({ host }) => host);
    if (names.length === 1) return [];
    if (names.length === 0)
        return [
            reports.length === seen.length ? `nobody holds ${vip}` : `no host that could be looked at holds ${vip}`,
        ];
    return [`${all(names)} hold ${vip} at the same time`];
}

function stateProblems(_deployment: Deployment, reports: Report[]): string[] {
    return reports.flatMap(({ host, inspection: { holds, vrrp } }) => {
        const expected = holds === undefined ? "BACKUP" : "MASTER";
        const role = holds === undefined ? "does not hold the VIP" : "holds the VIP";
        return vrrp?.state === expected
            ? []
            : [`${host} ${role} and is ${vrrp?.state ?? "in no known state"}, not ${expected}`];
    });
}

function serviceProblems(deployment: Deployment, reports: Report[]): string[] {
    return reports.flatMap(({ host, inspection }) =>
        servicesOf(deployment).flatMap((service) => {
            const seen = inspection.services[service];
            if (seen === undefined) return [`${host}: nothing is known of ${service}`];
            const stopped = inspection.stopped?.[service];
            if (seen.state === "active" && stopped !== undefined) {
                return [
                    `${host}: ${service} is active, yet ` +
                        `${stopped.length === 1 ? "a process of it is" : "processes of it are"} stopped ` +
                        `(${stopped.join(", ")}) and ` +
                        `${stopped.length === 1 ? "does" : "do"} nothing: systemctl kill --signal=SIGCONT ${service}`,
                ];
            }
            if (seen.state === "active") return [];
            return [
                `${host}: ${service} is ` +
                    `${seen.state === "" ? "in no known state" : seen.state}${seen.load === "loaded" ? "" : ` (${seen.load})`}`,
            ];
        }),
    );
}

function configurationProblems({ inspection: expected }: Deployment, reports: Report[]): string[] {
    return reports.flatMap(({ host, inspection: { answer } }) => {
        if (answer === expected.configuration) return [];
        if (answer === undefined)
            return [`${host}: ${expected.proxyService} does not answer on its status port ${expected.statusPort}`];
        return [`${host}: ${expected.proxyService} runs configuration ${answer}, not ${expected.configuration}`];
    });
}

function fileProblems(deployment: Deployment, reports: Report[]): string[] {
    return reports.flatMap(({ host, inspection }) =>
        filesOf(deployment, host, inspection).flatMap(({ path, state, mode }) => {
            if (state === "as rendered") return [];
            if (state === "missing") return [`${host}: ${path} is not there`];
            if (mode !== undefined) return [`${host}: ${path} has permissions ${mode.seen}, not ${mode.expected}`];
            return [`${host}: ${path} is not what was rendered`];
        }),
    );
}

function connectionProblems(_deployment: Deployment, reports: Report[]): string[] {
    return reports.flatMap(({ host, inspection }) =>
        inspection.listeners
            .filter(({ connected }) => !connected)
            .map(({ target, error }) => `${host} cannot connect to ${target}: ${error ?? "no connection"}`),
    );
}

function neighbourProblems({ vip }: Deployment, reports: Report[]): string[] {
    const [holder, ...others] = holders(reports);
    // Without one holder there is no right answer, and the check before says so.
    if (holder === undefined || others.length > 0) return [];
    const { mac } = holder.inspection.holds!;
    return reports
        .filter(({ host }) => host !== holder.host)
        .flatMap(({ host, inspection: { neighbour } }) => {
            if (neighbour?.mac === mac) return [];
            return [`${host} has ${neighbour?.mac ?? "no MAC address"} for ${vip}, not ${mac} of ${holder.host}`];
        });
}

function spaceProblems(_deployment: Deployment, reports: Report[]): string[] {
    return reports.flatMap(({ host, inspection: { spaces = [] } }) =>
        spaces.flatMap(({ place, free, size, freeInodes, inodes }) => {
            const what = `${host}: the file system of ${place}`;
            const then = "changes are refused, and logs lost, when it is full";
            if (free < size * LITTLE.share && free < LITTLE.kilobytes)
                return [`${what} has ${megabytes(free)} of ${megabytes(size)} left: ${then}`];
            if (inodes > 0 && freeInodes < inodes * LITTLE.share && freeInodes < LITTLE.files)
                return [`${what} has room for ${freeInodes} more files: ${then}`];
            return [];
        }),
    );
}

const megabytes = (kilobytes: number): string => `${Math.floor(kilobytes / 1024)} MB`;

function routeProblems(_deployment: Deployment, reports: Report[]): string[] {
    return reports
        .filter(({ inspection }) => inspection.defaultRoute === "gone")
        .map(
            ({ host }) =>
                `${host} had a default route when it was configured and has none now: as holder it cannot ` +
                "answer clients of other networks",
        );
}

function apiServerProblems({ inspection: expected }: Deployment, reports: Report[]): string[] {
    return expected.apiServers.flatMap((server) => {
        const seen = reports.flatMap(({ host, inspection: { servers, tools } }) =>
            servers
                .filter(({ target }) => target === server)
                .map((connection) => ({ host, connection, up: answersReadyz(connection, tools) })),
        );
        const down = seen.filter(({ up }) => !up);
        if (down.length === 0) return [];
        const reasons = [...new Set(down.map(({ connection }) => serverProblem(connection)))];
        const from = down.length === seen.length ? "any host" : all(down.map(({ host }) => host));
        return [`${server} is not there for ${from}: ${reasons.join("; ")}`];
    });
}

function certificateProblems({ vip, inspection: expected }: Deployment, reports: Report[]): string[] {
    // Any host does: all of them get the certificate from the same API servers, by the same VIP.
    const pem = reports
        .flatMap(({ inspection }) => inspection.listeners)
        .find(
            ({ target, certificate }) => target === `${vip}:${expected.listeners[0]}` && certificate !== undefined,
        )?.certificate;
    const facts = pem === undefined ? undefined : certificateFacts(pem);
    if (pem === undefined || facts === undefined) return [];
    return expected.names
        .filter((name) => !covers(pem, name))
        .map(
            (name) =>
                `the certificate served through the VIP does not have ${name} (it has: ` +
                `${facts.names.join(", ") || "no names"}), so that clients refuse it: add the name to ` +
                "certSANs of kubeadm's " +
                `ClusterConfiguration (then \`kubeadm init phase certs apiserver\`), or to tls-san of k3s and RKE2`,
        );
}

function expiryProblems(_deployment: Deployment, reports: Report[]): string[] {
    const seen = reports.flatMap(({ inspection }) =>
        [...inspection.listeners, ...inspection.servers].flatMap(({ target, certificate }) => {
            const facts = certificate === undefined ? undefined : certificateFacts(certificate);
            if (facts === undefined) return [];
            const days = daysLeft(facts, new Date(inspection.time * 1000));
            if (days >= FEW_DAYS) return [];
            const when = days < 0 ? "ended" : `ends in ${days} ${days === 1 ? "day" : "days"},`;
            return [`the certificate of ${target} ${when} on ${facts.validUntil.toISOString().slice(0, 10)}`];
        }),
    );
    return [...new Set(seen)];
}
