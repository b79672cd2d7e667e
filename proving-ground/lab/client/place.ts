/** Where the lab's client is, and what it may watch there. */
import type { WatchSettings } from "../../../cli/drill/client/settings";
import type { LabInstance } from "../instance";

/** Words to put before a command that runs where the client is. */
export function clientEntry({ client }: LabInstance): string[] {
    return ["nsenter", `--net=/run/netns/${client.namespace}`, "--"];
}

/**
 * A watch that stand-ins and real API servers alike allow with the lab's token; stand-ins send an event at that
 * interval.
 */
export function standInWatch(intervalSeconds: number): WatchSettings {
    return {
        kind: "http",
        path: `/api/v1/namespaces/default/pods?watch=true&intervalSeconds=${intervalSeconds}`,
        token: "lab",
    };
}
