/** Where the lab's client is, and what it may watch there. */
import type { WatchSettings } from "../../../shared/probe/settings";
import type { LabInstance } from "../instance";

/** Words to put before a command that runs where the client is. */
export function clientEntry({ client }: LabInstance): string[] {
    return ["nsenter", `--net=/run/netns/${client.namespace}`, "--"];
}

/**
 * A watch that fake and real API servers alike allow with the token of the lab; fake ones send an event at that
 * interval.
 */
export function fakeServerWatch(intervalSeconds: number): WatchSettings {
    return {
        kind: "http",
        path: `/api/v1/namespaces/default/pods?watch=true&intervalSeconds=${intervalSeconds}`,
        token: "lab",
    };
}
