/** `npm run status -- [--stack NAME] [--json] [--since TIME] [--identity FILE]`: how a deployment is, as seen on its hosts now. */
import { parseArgs } from "node:util";
import { certificateFacts, daysLeft } from "../components/inspection/certificate";
import { type Deployment, filesOf, servicesOf } from "../components/inspection/expectation";
import { eventsOf, type HostEvent } from "../components/inspection/events";
import { inspectHosts, type Seen } from "../components/inspection/inspector";
import { answersReadyz, holders, judge, type Report, serverProblem } from "../components/inspection/judge";
import { UserError } from "../tools/run";
import { deploymentOf, privateKeyOf } from "./deployment";
import { statusText } from "./statusText";

export const USAGE = "npm run status -- [--stack NAME] [--json] [--since \"1 hour ago\"] [--identity FILE]";

/** What `--json` prints. */
export interface Status {
    /** No problem at all. */
    healthy: boolean;
    /** What is wrong, one sentence each. */
    problems: string[];
    vip: string;
    /** Names of the hosts that hold the VIP: one when all is well. */
    holders: string[];
    hosts: HostStatus[];
    apiServers: ApiServerStatus[];
    /** What clients are shown at the VIP; absent when nothing answers. */
    certificate?: { names: string[]; validUntil: string; daysLeft: number };
    /** Since the time asked for, of all hosts, oldest first; times are Unix seconds by each host's clock. */
    events: HostEvent[];
}

export interface HostStatus {
    name: string;
    address: string;
    /** Why it could not be looked at; all that follows is absent then. */
    problem?: string;
    /** MASTER, BACKUP or FAULT, and since when (Unix seconds). */
    state?: string;
    since?: number;
    priority?: number;
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

export async function status(args: string[]): Promise<void> {
    const { values } = read(args);
    const deployment = await deploymentOf(values.stack);
    const privateKey = await privateKeyOf(values.stack, values.identity);
    const seen = await inspectHosts(deployment, privateKey, { since: values.since ?? "1 hour ago" });
    const found = statusOf(deployment, seen, new Date());
    process.stdout.write(values.json === true ? `${JSON.stringify(found, undefined, 2)}\n` : statusText(found));
    if (seen.every(({ inspection }) => inspection === undefined)) process.exitCode = 2;
    else if (!found.healthy) process.exitCode = 1;
}

function read(args: string[]) {
    try {
        return parseArgs({ args, options: { stack: { type: "string" }, json: { type: "boolean" }, since: { type: "string" }, identity: { type: "string" } } });
    } catch (error) {
        throw new UserError(`${(error as Error).message.split(". ")[0]}. Use: ${USAGE}`);
    }
}

/** Pure: all that is printed follows from what was seen. */
export function statusOf(deployment: Deployment, seen: Seen[], now: Date): Status {
    const reports = seen.flatMap(({ host, inspection }) => (inspection === undefined ? [] : [{ host, inspection }]));
    const problems = judge(deployment, seen).checks.flatMap((check) => check.problems);
    const shown = certificateAt(reports, `${deployment.vip}:${deployment.access.listeners[0]}`);
    return {
        healthy: problems.length === 0, problems, vip: deployment.vip,
        holders: holders(reports).map(({ host }) => host),
        hosts: deployment.hosts.map((host) => hostStatus(deployment, host, seen.find((each) => each.host === host.name)!)),
        apiServers: deployment.access.apiServers.map((server) => apiServerStatus(server, reports, now)),
        ...(shown === undefined ? {} : { certificate: { names: shown.names, validUntil: shown.validUntil.toISOString(), daysLeft: daysLeft(shown, now) } }),
        events: eventsOf(reports),
    };
}

function hostStatus(deployment: Deployment, { name, address }: Deployment["hosts"][number], { inspection, problem }: Seen): HostStatus {
    if (inspection === undefined) return { name, address, problem: problem ?? "it was not looked at" };
    const { vrrp, priority, services, packages } = inspection;
    return {
        name, address,
        ...(vrrp === undefined ? {} : { state: vrrp.state, since: vrrp.since }),
        ...(priority === undefined ? {} : { priority }),
        services: Object.fromEntries(servicesOf(deployment).map((service) => [service, { state: services[service]?.state ?? "unknown", restarts: services[service]?.restarts ?? 0 }])),
        versions: packages,
        drift: filesOf(deployment, name, inspection).filter(({ state }) => state !== "as rendered").map(({ path }) => path),
    };
}

function apiServerStatus(server: string, reports: Report[], now: Date): ApiServerStatus {
    const seen = reports.flatMap(({ host, inspection: { servers, tools } }) =>
        servers.filter(({ target }) => target === server).map((connection) => ({ host, connection, up: answersReadyz(connection, tools) })));
    const down = seen.filter(({ up }) => !up);
    const facts = certificateAt(reports, server);
    return {
        server, up: seen.length > 0 && down.length === 0,
        problems: Object.fromEntries(down.map(({ host, connection }) => [host, serverProblem(connection)])),
        ...(facts === undefined ? {} : { daysLeft: daysLeft(facts, now) }),
    };
}

/** What was shown at that address, to whichever host got to see it. */
function certificateAt(reports: Report[], target: string): ReturnType<typeof certificateFacts> {
    const pem = reports.flatMap(({ inspection: { listeners, servers } }) => [...listeners, ...servers])
        .find((connection) => connection.target === target && connection.certificate !== undefined)?.certificate;
    return pem === undefined ? undefined : certificateFacts(pem);
}
