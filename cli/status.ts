/** `npm run status`: how a deployment is, as seen on its hosts now. */
import { certificateFacts, daysLeft } from "../components/inspection/certificate";
import { type Deployment, filesOf, servicesOf } from "../components/inspection/expectation";
import { eventsOf, type HostEvent } from "../components/inspection/events";
import { evaluate, reportsOf } from "../components/inspection/evaluate";
import { inspectHosts, type InspectionResult } from "../components/inspection/inspector";
import type { Inspection } from "../components/inspection/report";
import type { HostReport } from "../components/inspection/rule";
import { answersReadyz, apiEndpoint, serverProblem } from "../components/inspection/serverRules";
import { announces, hostsAnnouncing } from "../components/inspection/bgpRules";
import { hostsHolding } from "../components/inspection/vipRules";
import { API_LISTENER } from "../components/model/listeners";
import { commandLine } from "../tools/commandLine";
import { textOr } from "../tools/options";
import { deploymentOf, privateKeyOf } from "./deployment";
import { asJson, ofStack, withKey } from "./options";
import { statusText } from "./statusText";

const line = commandLine({
    call: "npm run status --",
    about:
        "Inspects all hosts by SSH and shows the state of the deployment: which host holds the VIP, daemons, " +
        "API servers, certificates, versions, edited files, and what happened lately.",
    options: {
        ...ofStack,
        ...asJson,
        since: textOr("TIME", "how far back to list what happened, as journalctl takes it", "1 hour ago"),
        ...withKey,
    },
    statuses: {
        0: "all is healthy",
        1: "something is not, and the output says what",
        2: "it could not run, or was used wrongly, or no host could be inspected",
    },
    examples: [
        "npm run status",
        'npm run status -- --stack prod --since "2 hours ago"',
        "npm run -s status -- --json | jq .problems",
    ],
});

/** What `--json` prints. */
export interface Status {
    /** No problem at all. */
    healthy: boolean;
    /** What is wrong, one sentence each. */
    problems: string[];
    vip: string;
    /** Given where all hosts announce the VIPs by BGP; heldBy then names those that do. */
    announcement?: "bgp";
    /** Networks and addresses that clients may connect from, beside the hosts; absent where that is everywhere. */
    allowedClients?: string[];
    /** Names of the hosts that hold the VIP: one when all is healthy. */
    heldBy: string[];
    /** Every VIP, the first one too. */
    vips: VipStatus[];
    hosts: HostStatus[];
    apiServers: ApiServerStatus[];
    /** What clients are shown at the VIP; absent when nothing answers. */
    certificate?: { names: string[]; validUntil: string; daysLeft: number };
    /** Since the time asked for, of all hosts, oldest first; times are Unix seconds by each host's clock. */
    events: HostEvent[];
}

export interface VipStatus {
    address: string;
    heldBy: string[];
    /** Its name among the input vips; absent for the Kubernetes API's. */
    name?: string;
    /** The host that it prefers. */
    prefers?: string;
}

export interface HostStatus {
    name: string;
    address: string;
    /** Why it could not be inspected; all that follows is absent then. */
    problem?: string;
    /** MASTER, BACKUP or FAULT, and since when (Unix seconds); with BGP ANNOUNCING or WITHDRAWN. */
    state?: string;
    since?: number;
    priority?: number;
    /** The same for each of several VIPs, by name; kube-api is the Kubernetes API's. */
    vips?: { [name: string]: { state?: string; since?: number; priority?: number } };
    /** By service: state, and how often systemd started it again by itself. */
    services?: { [service: string]: { state: string; restarts: number } };
    /** By package. */
    versions?: { [name: string]: string };
    /** Managed files that are not as they were rendered. */
    drift?: string[];
}

export interface ApiServerStatus {
    server: string;
    /** Up for every host. */
    up: boolean;
    /** By host, where it is down: why. */
    problems: { [host: string]: string };
    /** Of its certificate. */
    daysLeft?: number;
}

export async function status(words: string[]): Promise<void> {
    const { stack, identity, since, json } = line.read(words);
    const deployment = await deploymentOf(stack);
    const privateKey = await privateKeyOf(stack, identity);
    const seen = await inspectHosts(deployment, privateKey, { since });
    const found = statusOf(deployment, seen, new Date());
    process.stdout.write(json ? `${JSON.stringify(found, undefined, 2)}\n` : statusText(found));
    if (seen.every(({ inspection }) => inspection === undefined)) process.exitCode = 2;
    else if (!found.healthy) process.exitCode = 1;
}

/** Pure: all that is printed follows from what was seen. */
export function statusOf(deployment: Deployment, results: InspectionResult[], now: Date): Status {
    const reports = reportsOf(results);
    const problems = evaluate(deployment, results).checks.flatMap((check) => check.problems);
    const shown = certificateAt(reports, apiEndpoint(deployment));
    const { allowedClients, bgp } = deployment.inspection;
    const vips = deployment.inspection.vips.map((vip) => ({
        ...(vip.name === undefined ? {} : { name: vip.name }),
        address: vip.address,
        ...(vip.prefers === undefined ? {} : { prefers: vip.prefers }),
        heldBy: (bgp === undefined ? hostsHolding(reports, vip) : hostsAnnouncing(reports, vip)).map(
            ({ host }) => host,
        ),
    }));
    return {
        healthy: problems.length === 0,
        problems,
        vip: deployment.vip,
        ...(bgp === undefined ? {} : { announcement: "bgp" as const }),
        ...(allowedClients === undefined ? {} : { allowedClients }),
        heldBy: vips[0]!.heldBy,
        vips,
        hosts: deployment.hosts.map((host) =>
            hostStatus(
                deployment,
                host,
                results.find((each) => each.host === host.name)!,
            ),
        ),
        apiServers: deployment.inspection.apiServers.map((server) => apiServerStatus(server, reports, now)),
        ...(shown === undefined
            ? {}
            : {
                  certificate: {
                      names: shown.names,
                      validUntil: shown.validUntil.toISOString(),
                      daysLeft: daysLeft(shown, now),
                  },
              }),
        events: eventsOf(reports),
    };
}

function hostStatus(
    deployment: Deployment,
    { name, address }: Deployment["hosts"][number],
    { inspection, problem }: InspectionResult,
): HostStatus {
    if (inspection === undefined) return { name, address, problem: problem ?? "it was not inspected" };
    const { services, packages } = inspection;
    const states = vrrpStates(deployment, inspection);
    const { state, since, priority } = Object.values(states)[0] ?? {};
    return {
        name,
        address,
        ...(deployment.inspection.bgp === undefined
            ? {}
            : { state: announces(inspection, deployment.inspection.vips[0]!.address) ? "ANNOUNCING" : "WITHDRAWN" }),
        ...(state === undefined || since === undefined ? {} : { state, since }),
        ...(priority === undefined ? {} : { priority }),
        ...(Object.keys(states).length > 1 ? { vips: states } : {}),
        services: Object.fromEntries(
            servicesOf(deployment).map((service) => [
                service,
                { state: services[service]?.state ?? "unknown", restarts: services[service]?.restarts ?? 0 },
            ]),
        ),
        versions: packages,
        drift: filesOf(deployment, name, inspection)
            .filter(({ state }) => state !== "as rendered")
            .map(({ path }) => path),
    };
}

/** By the name of the VIP, one for each VRRP instance; the first of the deployment's first. */
function vrrpStates({ inspection: { vips } }: Deployment, inspection: Inspection): NonNullable<HostStatus["vips"]> {
    return Object.fromEntries(
        vips
            .filter(({ instance }, index) => vips.findIndex((other) => other.instance === instance) === index)
            .map(({ address, name = API_LISTENER }) => {
                const { vrrp, priority } = inspection.vips[address] ?? {};
                return [name, { ...vrrp, ...(priority === undefined ? {} : { priority }) }];
            }),
    );
}

function apiServerStatus(server: string, reports: HostReport[], now: Date): ApiServerStatus {
    const seen = reports.flatMap(({ host, inspection: { servers, tools } }) =>
        servers
            .filter(({ target }) => target === server)
            .map((connection) => ({ host, connection, up: answersReadyz(connection, tools) })),
    );
    const down = seen.filter(({ up }) => !up);
    const facts = certificateAt(reports, server);
    return {
        server,
        up: seen.length > 0 && down.length === 0,
        problems: Object.fromEntries(down.map(({ host, connection }) => [host, serverProblem(connection)])),
        ...(facts === undefined ? {} : { daysLeft: daysLeft(facts, now) }),
    };
}

/** What was shown at that address, to whichever host got to see it. */
function certificateAt(reports: HostReport[], target: string): ReturnType<typeof certificateFacts> {
    const pem = reports
        .flatMap(({ inspection: { listeners, servers } }) => [...listeners, ...servers])
        .find((connection) => connection.target === target && connection.certificate !== undefined)?.certificate;
    return pem === undefined ? undefined : certificateFacts(pem);
}
