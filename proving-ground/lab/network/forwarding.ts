/** Routing between the lab and the outside: switched on while any instance is up, afterwards as it was before. */
import { type LabInstance } from "../instance";
import { FORWARDING, putBack, raise } from "../kernelSettings";
import { run, succeeds } from "../../../tools/run";
import { closeFirewall, openFirewall } from "./firewall";

export async function forwardingUp(instance: LabInstance): Promise<void> {
    await raise(instance, FORWARDING, 1);
    await nat(instance);
    await openFirewall(instance);
}

export async function forwardingDown(instance: LabInstance): Promise<void> {
    await closeFirewall(instance);
    await succeeds("nft", ["delete", "table", "ip", instance.nftTable]);
    await putBack(instance, FORWARDING);
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
