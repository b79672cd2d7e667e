/** What would keep Proxmox' firewall from doing what `firewall: true` is for. */
import { firewallOptions, firewallRules, firewallSets } from "../../proxmox/answers";
import { type ProxmoxApi, ProxmoxRefusal } from "./api";
import type { Wanted } from "./guests";
import { IP_FILTER } from "./firewallRules";

/** Each goes on as "the template 9000 on pve1 ...". Proxmox copies a template's firewall with it. */
export async function problemsOfTemplateFirewall(
    api: ProxmoxApi,
    node: string,
    vmId: number,
    { firewall }: Wanted["machine"],
): Promise<string[]> {
    if (!firewall) return [];
    const at = `/nodes/${node}/qemu/${vmId}/firewall`;
    const [rules, sets] = await Promise.all([
        api.call("GET", `${at}/rules`, firewallRules),
        api.call("GET", `${at}/ipset`, firewallSets),
    ]);
    return [
        ...(rules.length === 0
            ? []
            : [
                  `has firewall rules of its own (${rules.length}), which a clone would have too, in the place of ` +
                      "those that firewall: true makes. Remove them from the template (the VM, Firewall), or set " +
                      "firewall to false",
              ]),
        ...(sets.some(({ name }) => name === IP_FILTER)
            ? [
                  `has the IP set ${IP_FILTER}, by which a clone could not send from the VIP. Remove it from the ` +
                      "template (the VM, Firewall, IPSet), or set firewall to false",
              ]
            : []),
    ];
}

/** `isNew`: the VM is to be made. Who may not see the switch is told so then, and not at every run. */
export async function warnOfDatacenterFirewall(
    api: ProxmoxApi,
    { name, machine: { firewall } }: Wanted,
    isNew: boolean,
    log: (text: string) => void,
): Promise<void> {
    if (!firewall) return;
    const where = "in Proxmox under Datacenter, Firewall, Options";
    try {
        const { enable } = await api.call("GET", "/cluster/firewall/options", firewallOptions);
        if (!enable)
            log(
                `${name}: firewall is true, and the firewall of the datacenter is off: the VM's rules do nothing. Turn it ` +
                    `on ${where}. It then filters the nodes as well, so see to their rules first.`,
            );
    } catch (error) {
        if (!(error instanceof ProxmoxRefusal)) throw error;
        if (isNew)
            log(
                `${name}: firewall is true, and whether the firewall of the datacenter is on could not be seen (Proxmox: ` +
                    `${error.message}). While it is off the VM's rules do nothing; the switch is ${where}. To have it looked ` +
                    "at, give the API token Sys.Audit on / (docs/security.md).",
            );
    }
}
