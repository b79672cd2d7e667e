/** The two nodes of the lab's cluster. */
import { refused } from "./errors";

export const NODES = ["pve1", "pve2"] as const;

/** PVE forwards a call to the node it names, and says this when it cannot find it. */
export function assertNode(node: string): string {
    if (!NODES.some((name) => name === node)) {
        throw refused(
            `hostname lookup '${node}' failed - failed to get address info for: ${node}: Name or service not known`,
        );
    }
    return node;
}
