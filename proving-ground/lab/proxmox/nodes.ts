/** The two nodes of the lab's cluster, of which one may be off, or both on and too few to decide anything. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ApiError, refused } from "./errors";

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

/** What is wrong with the cluster: names of nodes that are off, and `quorum` where it has none. One word a line. */
export const TROUBLE_FILE = "trouble";

/** What a cluster answers while something is wrong with it. Read at each call, so that a test can change it. */
export class ClusterHealth {
    constructor(private readonly directory: string) {}

    isOn(node: string): boolean {
        return !this.trouble().includes(node);
    }

    /** A call is passed to the node it names; where nobody is, the proxy makes a status up. */
    assertOn(node: string): void {
        if (!this.isOn(node)) throw new ApiError(595, "No route to host");
    }

    /** Nothing is made, started or moved by a minority. */
    assertQuorum(): void {
        if (this.trouble().includes("quorum")) throw refused("cluster not ready - no quorum?");
    }

    private trouble(): string[] {
        const file = join(this.directory, TROUBLE_FILE);
        return existsSync(file) ? readFileSync(file, "utf8").split(/\s+/) : [];
    }
}
