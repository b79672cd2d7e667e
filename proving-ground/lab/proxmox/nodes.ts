/** The two nodes of the lab's cluster. */
import { refused } from "./errors";

export const NODES = ["pve1", "pve2"] as const;

/** How many CPUs each of them says it has. */
export const NODE_CPUS = 8;

/** PVE forwards a call to the node it names, and says this when it cannot find it. */
export function assertNode(node: string): void {
    if (!NODES.some((name) => name === node)) {
        throw refused(
            `hostname lookup '${node}' failed - failed to get address info for: ${node}: Name or service not known`,
        );
    }
}

/** Where a node is named by a parameter. */
export function assertClusterNode(node: string): void {
    if (!NODES.some((name) => name === node)) throw refused(`no such cluster node '${node}'`);
}
