/**
 * What tests with real machines share. They need root, and the lab's Debian packages; without them they skip themselves
 * and say why.
 */
import { type Context } from "mocha";
import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { type MachineSpec } from "../../../proving-ground/lab/hypervisor/hypervisor";
import { labInstance } from "../../../proving-ground/lab/instance";
import { keys } from "../../../proving-ground/lab/pki";
import { parseRelease, RELEASES, type Release } from "../../../proving-ground/lab/release";
import { missingRequirements } from "../../../proving-ground/lab/requirements";
import { run, succeeds } from "../../../tools/run";

/** The Debian release that every machine of the tests runs, when one is chosen; undefined: see `mixedPair`. */
const onlyRelease =
    process.env["HA_API_TEST_RELEASE"] === undefined ? undefined : parseRelease(process.env["HA_API_TEST_RELEASE"]);

/** The lab the tests build and tear down; another name lets two people test on one machine. */
export const instance = labInstance(process.env["HA_API_TEST_LAB"] ?? "test", onlyRelease);

/**
 * Releases of the two hosts of a pair in tests of what the daemons make of it: one of each, so that a single run tries
 * both.
 */
export const mixedPair: readonly [Release, Release] = onlyRelease === undefined ? RELEASES : [onlyRelease, onlyRelease];

/** Skips the suite where no lab can be; prints the reason, which mocha's own output does not have a place for. */
export async function needsLab(context: Context): Promise<void> {
    const missing = await missingRequirements();
    if (missing.length === 0) return;
    process.stderr.write(`skipped: ${missing.join(" ")}\n`);
    context.skip();
}

/** A machine of the tests: ids from 9101 up stay clear of those the fake Proxmox gives out. */
export async function testMachine(vmid: number, hostname: string, address: string): Promise<MachineSpec> {
    const publicKey = (await readFile(keys(instance).sshPublicKey, "utf8")).trim();
    return {
        vmid,
        macAddress: `BC:24:11:00:${String(vmid).slice(0, 2)}:${String(vmid).slice(2)}`,
        cores: 1,
        memoryMiB: 512,
        cloudInit: {
            hostname,
            user: "ops",
            sshKeys: [publicKey],
            address: `${address}/24`,
            gateway: instance.gateway,
            nameservers: [],
        },
    };
}

/** Runs a command on the machine as `ops`. */
export async function ssh(address: string, command: string): Promise<string> {
    return (await run("ssh", [...options(), `ops@${address}`, command])).trim();
}

export async function answers(address: string): Promise<void> {
    // Ten seconds on a machine with nothing else to do.
    const deadline = Date.now() + 150_000;
    while (!(await succeeds("ssh", [...options(), `ops@${address}`, "true"]))) {
        if (Date.now() > deadline) throw new Error(`${address} does not answer to SSH.`);
        await sleep(100);
    }
}

function options(): string[] {
    const settings = [
        "StrictHostKeyChecking=no",
        "UserKnownHostsFile=/dev/null",
        "LogLevel=ERROR",
        "ConnectTimeout=1",
        "BatchMode=yes",
    ];
    return ["-i", keys(instance).sshKey, ...settings.flatMap((setting) => ["-o", setting])];
}
