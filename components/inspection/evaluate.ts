/**
 * Evaluates what was found on the hosts. Pure: who inspected, and what becomes of the verdict, is decided elsewhere.
 */
import { announcers, bfd, onLoopback, sessions } from "./bgpRules";
import type { Deployment } from "./expectation";
import { configuration, connections, files, hosts, routes, services, space } from "./hostRules";
import type { InspectionResult } from "./inspector";
import type { HostReport, VerificationRule } from "./rule";
import { apiServers, certificate, expiry } from "./serverRules";
import { oneMaster, neighbours, states } from "./vipRules";

export interface Verdict {
    /** No rule is violated, warnings aside. */
    passed: boolean;
    checks: CheckedRule[];
}

export interface CheckedRule {
    name: string;
    /** What holds when it passed. */
    statement: string;
    passed: boolean;
    /** A failure that is no reason to fail a deployment. */
    warning: boolean;
    /** What was seen instead, host by host. */
    problems: string[];
}

const rulesOf = ({ inspection: { bgp } }: Deployment): VerificationRule[] => [
    hosts,
    ...(bgp === undefined ? [oneMaster, states] : [announcers, onLoopback, sessions, bfd]),
    services,
    configuration,
    files,
    connections,
    ...(bgp === undefined ? [neighbours] : []),
    space,
    routes,
    apiServers,
    certificate,
    expiry,
];

export function evaluate(deployment: Deployment, results: InspectionResult[]): Verdict {
    const reports = reportsOf(results);
    const checks = rulesOf(deployment).map(({ name, statement, warning, problems }) => {
        const found = problems(deployment, reports, results);
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

/** The reports of the hosts that could be inspected. */
export function reportsOf(results: InspectionResult[]): HostReport[] {
    return results.flatMap(({ host, inspection }) => (inspection === undefined ? [] : [{ host, inspection }]));
}

/** What a verdict that passed says of any deployment of this kind. */
export function statements(deployment: Deployment): string[] {
    return rulesOf(deployment)
        .filter(({ warning }) => warning !== true)
        .map(({ statement }) => statement(deployment));
}
