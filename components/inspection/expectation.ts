/**
 * What should be found on the hosts. It follows from a deployment's outputs alone, so that a command which has nothing
 * else sees the same.
 */
import type { InspectionOutput } from "./output";
import { Endpoint } from "../text/endpoint";
import { fileStates, type FileState, type RenderedFiles } from "./files";
import type { Inspection } from "./report";

/** The outputs of HaApiLoadBalancer a reader needs, as plain values. */
export interface Deployment {
    vip: string;
    hosts: { name: string; address: string; priority: number; hostKey: string }[];
    files: { [host: string]: RenderedFiles };
    inspection: InspectionOutput;
}

export type ExpectedHost = Deployment["hosts"][number];

/** All services of a host, the proxy first. */
export function servicesOf({ inspection: { services } }: Deployment): string[] {
    return services.map(({ name }) => name);
}

/** ADDRESS:PORT of all that clients connect to; the first one is the Kubernetes API's. */
export function listenersOf({ vips, listeners }: InspectionOutput): string[] {
    return vips.flatMap(({ address, listeners: own = listeners }) =>
        own.map((port) => Endpoint.of({ address, port }).toString()),
    );
}

/** How the managed files of a host differ from what was rendered for it. */
export function filesOf(deployment: Deployment, host: string, inspection: Inspection): FileState[] {
    return fileStates(deployment.files[host] ?? {}, deployment.inspection.modes, inspection);
}
