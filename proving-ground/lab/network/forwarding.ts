/** Routing between the lab and the outside: switched on while any instance is up, afterwards as it was before. */
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BRIDGE_PREFIX, type LabInstance } from "../instance";
import { readIfThere, writeAtomically } from "../files";
import { withLock } from "../../../tools/lock";
import { run, succeeds } from "../../../tools/run";
import { closeFirewall, openFirewall } from "./firewall";

const SWITCH = "/proc/sys/net/ipv4/ip_forward";

/** What was there before the first instance; beside the instances' folders because it belongs to all of them. */
function memory(instance: LabInstance): string {
    return join(instance.directory, "..", "ip_forward.before");
}

export async function forwardingUp(instance: LabInstance): Promise<void> {
    await withLock("forwarding", async () => {
        const now = ((await readIfThere(SWITCH)) ?? "").trim();
        if (now === "1") return;
        await writeAtomically(memory(instance), `${now} ${await bootId()}\n`);
        await writeFile(SWITCH, "1");
    });
    await nat(instance);
    await openFirewall(instance);
}

export async function forwardingDown(instance: LabInstance): Promise<void> {
    await closeFirewall(instance);
    await succeeds("nft", ["delete", "table", "ip", instance.nftTable]);
    await withLock("forwarding", async () => {
        if ((await labBridges()).some((bridge) => bridge !== instance.bridge)) return;
        const [before, boot] = ((await readIfThere(memory(instance))) ?? "").trim().split(" ");
        // After a reboot the switch is as the machine's own settings have it, and none of our business.
        if (before !== undefined && before !== "" && boot === (await bootId())) await writeFile(SWITCH, before);
        await rm(memory(instance), { force: true });
    });
}

/** The whole table is written in one transaction, old one removed in it: running it again gives the same table. */
async function nat(instance: LabInstance): Promise<void> {
    const subnet = `${instance.subnet}.0/24`;
    const rules = `
        table ip ${instance.nftTable} {}
        delete table ip ${instance.nftTable}
        table ip ${instance.nftTable} {
            chain postrouting {
                type nat hook postrouting priority srcnat; policy accept;
                ip saddr ${subnet} oifname != "${instance.bridge}" masquerade
            }
            chain forward {
                type filter hook forward priority filter; policy accept;
                iifname "${instance.bridge}" accept
                oifname "${instance.bridge}" ct state established,related accept
            }
        }`;
    await run("nft", ["-f", "-"], { input: rules });
}

/** Bridges of all labs that are up: another checkout may have instances this one does not know. */
async function labBridges(): Promise<string[]> {
    const links = JSON.parse((await run("ip", ["-j", "link", "show", "type", "bridge"])) || "[]") as {
        ifname?: string;
    }[];
    return links.flatMap(({ ifname }) => (ifname?.startsWith(BRIDGE_PREFIX) ? [ifname] : []));
}

async function bootId(): Promise<string> {
    return ((await readIfThere("/proc/sys/kernel/random/boot_id")) ?? "").trim();
}
