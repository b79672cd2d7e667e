import { commandLine } from "../../../tools/commandLine";
import { readHosts } from "../hosts";
import { passThrough, UserError } from "../../../tools/run";
import type { LabInstance } from "../instance";
import { sshArguments } from "../ssh";

const line = commandLine({
    call: "npm run lab:ssh --",
    about: "Logs in to a host of the lab, or runs a command there.",
    options: {},
    names: {
        usage: "HOST [COMMAND ...]",
        about: "the host, by its name, and a command with its own options; without one, a shell",
        last: true,
    },
    statuses: {
        0: "the command ended with 0, or the shell was left",
        255: "ssh itself failed; any other status is the command's",
    },
    examples: ["npm run lab:ssh vrrp1", "npm run lab:ssh vrrp1 -- sudo journalctl -u keepalived -n 20 --no-pager"],
});

export async function ssh(instance: LabInstance, words: string[]): Promise<void> {
    const [name, ...command] = line.read(words).names;
    const hosts = await readHosts(instance);
    const host = hosts.find((candidate) => candidate.name === name);
    if (host === undefined) {
        const known = hosts.map((candidate) => candidate.name).join(", ");
        throw new UserError(
            "Say which host: npm run lab:ssh NAME. " +
                `${known === "" ? "There are none; start the lab with: npm run lab" : `There are: ${known}.`}`,
        );
    }
    if (!host.running) throw new UserError(`${host.name} is powered off.`);
    process.exitCode = await passThrough("ssh", [...sshArguments(instance, host.address), ...command]);
}
