/** What a rule about the hosts of a deployment is. */
import type { Deployment } from "./expectation";
import type { InspectionResult } from "./inspector";
import type { Inspection } from "./report";

/** The report of a host that could be inspected. */
export interface HostReport {
    host: string;
    inspection: Inspection;
}

/** One thing that has to hold of all hosts together. */
export interface VerificationRule {
    name: string;
    /** What holds when it passed, of any deployment of this kind: nothing that differs from one run to the next. */
    statement: (deployment: Deployment) => string;
    /** A failure is no reason to fail a deployment: the load balancer often comes before the cluster. */
    warning?: true;
    /** What is wrong; nothing when the rule is satisfied. */
    problems: (deployment: Deployment, reports: HostReport[], results: InspectionResult[]) => string[];
}

/** Lists names as people do: "a", "a and b", "a, b and c". */
export function listed(names: string[]): string {
    return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)!}`;
}

/** The addresses of a deployment's VIPs, as part of a sentence. */
export const addressesOf = ({ inspection: { vips } }: Deployment): string => listed(vips.map(({ address }) => address));

/** Who does not, where none of the hosts does: of those that could not be inspected nobody knows. */
export const nobody = (reports: HostReport[], results: InspectionResult[]): string =>
    reports.length === results.length ? "no host" : "no host that could be inspected";

/** Firewalls on hosts, as part of a sentence: "the firewall of rack1 (ufw)"; empty where there is none. */
export function firewallsOf(reports: HostReport[]): string {
    return listed(
        reports.flatMap(({ host, inspection: { firewalls = [] } }) =>
            firewalls.length === 0 ? [] : [`the firewall of ${host} (${firewalls.join("; ")})`],
        ),
    );
}
