/** Rules about the API servers and their certificates, as the hosts see them. */
import { Endpoint } from "../text/endpoint";
import { certificateFacts, covers, daysLeft } from "./certificate";
import type { Deployment } from "./expectation";
import type { ConnectionSeen } from "./report";
import { type HostReport, listed, type VerificationRule } from "./rule";

/** kubeadm and k3s renew certificates well before this. */
const FEW_DAYS = 14;

export const apiServers: VerificationRule = {
    name: "apiServers",
    warning: true,
    statement: () => "every API server answers every host",
    problems: apiServerProblems,
};

export const certificate: VerificationRule = {
    name: "certificate",
    warning: true,
    statement: ({ inspection: { names } }) => `the certificate served through the VIP covers ${names.join(", ")}`,
    problems: certificateProblems,
};

export const expiry: VerificationRule = {
    name: "expiry",
    warning: true,
    statement: () => `no certificate ends within ${FEW_DAYS} days`,
    problems: expiryProblems,
};

/** Whether an API server, as one host sees it, is there: one that asks who we are is healthy. */
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

/** What the Kubernetes API is reached at by address. */
export function apiEndpoint({ vip, inspection: { listeners } }: Deployment): string {
    return Endpoint.of({ address: vip, port: listeners[0]! }).toString();
}

function apiServerProblems({ inspection: expected }: Deployment, reports: HostReport[]): string[] {
    return expected.apiServers.flatMap((server) => {
        const seen = reports.flatMap(({ host, inspection: { servers, tools } }) =>
            servers
                .filter(({ target }) => target === server)
                .map((connection) => ({ host, connection, up: answersReadyz(connection, tools) })),
        );
        const down = seen.filter(({ up }) => !up);
        if (down.length === 0) return [];
        const reasons = [...new Set(down.map(({ connection }) => serverProblem(connection)))];
        const from = down.length === seen.length ? "any host" : listed(down.map(({ host }) => host));
        return [`${server} is not there for ${from}: ${reasons.join("; ")}`];
    });
}

function certificateProblems(deployment: Deployment, reports: HostReport[]): string[] {
    const api = apiEndpoint(deployment);
    const { names } = deployment.inspection;
    // Any host does: all of them get the certificate from the same API servers, by the same VIP.
    const pem = reports
        .flatMap(({ inspection }) => inspection.listeners)
        .find(({ target, certificate }) => target === api && certificate !== undefined)?.certificate;
    const facts = pem === undefined ? undefined : certificateFacts(pem);
    if (pem === undefined || facts === undefined) return [];
    return names
        .filter((name) => !covers(pem, name))
        .map(
            (name) =>
                `the certificate served through the VIP does not have ${name} (it has: ` +
                `${facts.names.join(", ") || "no names"}), so that clients refuse it: add the name to ` +
                "certSANs of kubeadm's ClusterConfiguration " +
                `(then \`kubeadm init phase certs apiserver\`), or to tls-san of k3s and RKE2`,
        );
}

function expiryProblems(_deployment: Deployment, reports: HostReport[]): string[] {
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
