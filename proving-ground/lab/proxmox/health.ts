/** What is wrong with the cluster: a node that is off, no quorum, work that fails or dies. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ApiError, refused } from "./errors";

/**
 * Words, in any order: the name of a node that is off, `NODE:long` where it has been for more than five minutes;
 * `quorum` where the cluster has none; the type of a task whose work fails (`qmstart`); `TYPE:dies` where its worker
 * dies half-way, as with its node.
 */
export const TROUBLE_FILE = "trouble";

/** How a task's work fails, in the words of what fails below it. */
const FAILURES: Record<string, string> = {
    qmclone: "lvcreate 'pve/vm-disk-0' error: Cannot create new thin volume, thin pool pve/data is full",
    qmigrate: "migration aborted",
    qmstart: "QEMU exited with code 1",
    qmshutdown: "VM quit/powerdown failed - got timeout",
    qmdestroy: "can't lock file '/var/lock/pve-manager/pve-storage-local-lvm' - got timeout",
    resize: "lvextend 'pve/vm-disk-0' error: Insufficient free space",
};

/** The end of a worker that could not clean up. */
export class WorkerDied extends Error {
    override name = "WorkerDied";
}

/** What a cluster answers while something is wrong with it. Read at each call, so that a test can change it. */
export class ClusterHealth {
    constructor(private readonly directory: string) {}

    isOn(node: string): boolean {
        return !this.trouble().includes(node) && !this.isLongGone(node);
    }

    isLongGone(node: string): boolean {
        return this.trouble().includes(`${node}:long`);
    }

    /** A call is passed to the node it names; where nobody is, the proxy makes a status up. */
    assertOn(node: string): void {
        if (!this.isOn(node)) throw new ApiError(595, "No route to host");
    }

    /** Nothing is made, started or moved by a minority. */
    assertQuorum(): void {
        if (!this.hasQuorum()) throw refused("cluster not ready - no quorum?");
    }

    /** Without a quorum the files of all guests can be read and not written, which whoever does not ask finds out. */
    assertWritable(node: string, vmid: number): void {
        if (this.hasQuorum()) return;
        const file = `/etc/pve/nodes/${node}/qemu-server/${vmid}.conf`;
        throw refused(`unable to open file '${file}.tmp.${process.pid}' - Permission denied`);
    }

    /** Where a task of that type does its work. */
    assertWorks(type: string): void {
        if (this.trouble().includes(`${type}:dies`)) throw new WorkerDied(type);
        if (this.trouble().includes(type)) throw refused(FAILURES[type] ?? "failed");
    }

    private hasQuorum(): boolean {
        return !this.trouble().includes("quorum");
    }

    private trouble(): string[] {
        const file = join(this.directory, TROUBLE_FILE);
        return existsSync(file) ? readFileSync(file, "utf8").split(/\s+/) : [];
    }
}
