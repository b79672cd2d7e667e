/** Proxmox's firewall of a VM: rules first, then what turns them on. */
import * as proxmox from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import type { HostModel, Model, VirtualMachineModel } from "../../model/model";
import { addressesOf, firewallRules, IP_FILTER } from "./firewallRules";

export interface FirewallSettings {
    host: pulumi.Output<HostModel & { virtualMachine: VirtualMachineModel }>;
    model: pulumi.Output<Model>;
    vm: proxmox.VmLegacy;
    ipFilter: boolean;
}

/** `name`: what the names of the host's resources begin with. Returns what is last, and means that it is on. */
export function machineFirewall(
    name: string,
    { host, model, vm, ipFilter }: FirewallSettings,
    parent: pulumi.Resource,
): pulumi.Resource {
    const options: pulumi.CustomResourceOptions = {
        parent,
        // Proxmox removes a VM's firewall with it. To take the rules away before would leave the host deaf to the
        // others while it still runs, and it would take the VIP as well.
        deletedWith: vm,
        replaceWith: [vm],
        deleteBeforeReplace: true,
    };
    // The node as the VM has it now: Proxmox may have migrated it.
    const of = { nodeName: vm.nodeName, vmId: vm.vmId };
    const both = pulumi.all([model, host]);
    const rules = new proxmox.firewall.RulesLegacy(
        `${name}-firewall-rules`,
        { ...of, rules: both.apply(([plain, own]) => firewallRules(plain, own)) },
        options,
    );
    const addresses = ipFilter
        ? [
              new proxmox.firewall.IpsetLegacy(
                  `${name}-firewall-addresses`,
                  {
                      ...of,
                      name: IP_FILTER,
                      comment: "The host's own address and the VIP.",
                      cidrs: both.apply(([plain, own]) =>
                          addressesOf(plain, own).map((address) => ({ name: address })),
                      ),
                  },
                  options,
              ),
          ]
        : [];
    return new proxmox.firewall.OptionsLegacy(
        `${name}-firewall`,
        {
            ...of,
            enabled: true,
            inputPolicy: "DROP",
            outputPolicy: "ACCEPT",
            // keepalived announces the VIP with the card's own MAC address, not with VRRP's.
            macfilter: true,
        },
        { ...options, dependsOn: [rules, ...addresses] },
    );
}
