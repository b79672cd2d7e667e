/** Inspects the hosts of a deployment, all at once, by SSH. */
import { KEEPALIVED_CONF, LIBEXEC } from "../host/paths";
import { quote } from "../text/quote";
import { type RunOnHost, SshError, type SshTarget, withSsh } from "../ssh/client";
import { asRoot } from "../ssh/asRoot";
import { type Deployment, type ExpectedHost, listenersOf } from "./expectation";
import { type Inspection, parseReport } from "./report";

/** The result of inspecting one host: its report, or why there is none. */
export interface InspectionResult {
    host: string;
    inspection?: Inspection;
    problem?: string;
    /** Whether the failure is transient, so that a retry may succeed. */
    transient?: boolean;
    /** Milliseconds, connection included. */
    took: number;
}

export interface InspectOptions {
    /** Also the journals, from a time journalctl understands. */
    since?: string;
}

/** One entry for each host, in their order; never throws for a host that cannot be inspected. */
export function inspectHosts(
    deployment: Deployment,
    privateKey: string,
    options: InspectOptions = {},
): Promise<InspectionResult[]> {
    return Promise.all(
        deployment.hosts.map(async (host) => {
            const start = Date.now();
            const took = (): number => Date.now() - start;
            try {
                const inspection = await withSsh(targetOf(deployment, host, privateKey), (run) =>
                    inspectOn(run, deployment, host, options),
                );
                return { host: host.name, inspection, took: took() };
            } catch (error) {
                return {
                    host: host.name,
                    problem: (error as Error).message,
                    transient: !(error instanceof SshError) || error.transient,
                    took: took(),
                };
            }
        }),
    );
}

export function targetOf({ inspection: expected }: Deployment, host: ExpectedHost, privateKey: string): SshTarget {
    return {
        name: host.name,
        address: host.address,
        port: expected.sshPort,
        user: expected.user,
        hostKey: host.hostKey,
        privateKey,
    };
}

/** The same over a connection that is there already. */
export async function inspectOn(
    run: RunOnHost,
    deployment: Deployment,
    host: ExpectedHost,
    options: InspectOptions = {},
): Promise<Inspection> {
    return parseReport(await run(inspectCommand(deployment, host, options)));
}

export function inspectCommand(
    { inspection: expected }: Deployment,
    host: ExpectedHost,
    { since }: InspectOptions = {},
): string {
    const settings: [string, string | number][] = [
        ["address", host.address],
        ["vrrp-configuration", KEEPALIVED_CONF],
        ...(expected.bgp === undefined ? [] : [["announced-table", expected.bgp.table] as [string, number]]),
        ...expected.vips.map(({ instance, address }): [string, string] => ["vip", `${instance}=${address}`]),
        ...expected.services.map(({ name }): [string, string] => ["service", name]),
        ...expected.services.flatMap(({ packages }) => packages.map((name): [string, string] => ["package", name])),
        ["status-port", expected.statusPort],
        ["status-protocol", expected.statusProtocol],
        ...listenersOf(expected).map((listener): [string, string] => ["listener", listener]),
        ...expected.apiServers.map((server): [string, string] => ["server", server]),
        ...(since === undefined ? [] : [["since", since] as [string, string]]),
    ];
    return programOnHost(
        expected.user,
        "inspect",
        settings.flatMap(([name, value]) => [`--${name}`, String(value)]),
    );
}

/** A program of ours on a host, with its arguments quoted; the name alone is in the message when it fails. */
export function programOnHost(user: string, program: string, words: string[]): string {
    return asRoot(user, [`${LIBEXEC}/${program}`, ...words.map(quote)].join(" "));
}
