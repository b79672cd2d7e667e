import { readHosts } from "../hosts";
import { passThrough, UserError } from "../../tools/run";
import type { LabInstance } from "../instance";
import { sshArguments } from "../ssh";

/** Logs in to a host, or runs a command there. */
export async function ssh(instance: LabInstance, [name, ...command]: string[]): Promise<void> {
    const hosts = await readHosts(instance);
    const host = hosts.find((candidate) => candidate.name === name);
    if (host === undefined) {
        const known = hosts.map((candidate) => candidate.name).join(", ");
        throw new UserError(`Say which host: npm run lab:ssh NAME. ${known === "" ? "There are none; start the lab with: npm run lab" : `There are: ${known}.`}`);
    }
    if (!host.running) throw new UserError(`${host.name} is powered off.`);
    process.exitCode = await passThrough("ssh", [...sshArguments(instance, host.address), ...command]);
}
