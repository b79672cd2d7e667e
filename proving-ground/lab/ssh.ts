import { keys } from "./pki";
import type { LabInstance } from "./instance";

/**
 * Arguments for ssh to a host of the lab, without asking and without leaving a trace in the user's known_hosts: lab
 * hosts come and go.
 */
export function sshArguments(instance: LabInstance, address: string): string[] {
    return [
        "-i",
        keys(instance).sshKey,
        "-o",
        "IdentitiesOnly=yes",
        "-o",
        "StrictHostKeyChecking=no",
        "-o",
        "UserKnownHostsFile=/dev/null",
        "-o",
        "LogLevel=ERROR",
        "-o",
        "ConnectTimeout=5",
        `ops@${address}`,
    ];
}
