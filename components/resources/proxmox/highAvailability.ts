/** Proxmox' high availability of VMs: what it does with each of them, and what keeps them on different nodes. */
import * as proxmox from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import type { HighAvailabilityArgs } from "../../inputs";
import type { HostModel, VirtualMachineModel } from "../../model/model";
import { VIRTUAL_MACHINE } from "../names";
import { accessOf, proxmoxApi } from "./api";
import { untilTakenUp } from "./haManager";

export interface ManagedSettings {
    host: pulumi.Output<HostModel & { virtualMachine: VirtualMachineModel }>;
    vm: proxmox.VmLegacy;
    given: HighAvailabilityArgs;
}

/** A VM that Proxmox keeps running. */
export interface ManagedMachine {
    resource: proxmox.Haresource;
    /** Whether a rule keeps it apart from the others. */
    byRule: boolean;
}

/** What it is called in Proxmox, where stacks share one space of names. */
function nameInProxmox(name: string): string {
    return [pulumi.getProject(), pulumi.getStack(), name].join("-").replace(/[^A-Za-z0-9-]/g, "-");
}

/** `name`: what the names of the host's resources begin with. */
export function managedMachine(
    name: string,
    { host, vm, given }: ManagedSettings,
    parent: pulumi.Resource,
): ManagedMachine {
    const machine = host.apply(({ virtualMachine }) => virtualMachine);
    const settings = machine.apply(({ highAvailability }) => highAvailability!);
    const group =
        given.separation === "groups"
            ? new proxmox.Hagroup(
                  `${name}-ha-group`,
                  {
                      group: nameInProxmox(name),
                      // Preferred, not required: it runs elsewhere while this one is off, and comes back.
                      nodes: machine.apply(({ node }) => ({ [node]: 1 })),
                  },
                  // Not before it is known that this release has groups.
                  { parent, dependsOn: vm, deleteBeforeReplace: true },
              )
            : undefined;
    const resource = new proxmox.Haresource(
        `${name}-ha`,
        {
            resourceId: pulumi.interpolate`vm:${vm.vmId}`,
            state: settings.state,
            maxRestart: settings.apply(({ maxRestart }) => maxRestart!),
            maxRelocate: settings.apply(({ maxRelocate }) => maxRelocate!),
            ...(group === undefined ? {} : { group: group.group }),
        },
        // Goes before its VM, which Proxmox would else start again; with the VM it would be forgotten, and a new VM
        // have none.
        { parent, replaceWith: [vm], deleteBeforeReplace: true },
    );
    return { resource, byRule: (given.separation ?? "rule") === "rule" };
}

/** Has Proxmox keep the machines on different nodes, where a rule is to do it. `after`: what is made before it. */
export function separate(
    name: string,
    machines: ManagedMachine[],
    after: pulumi.Resource[],
    parent: pulumi.Resource,
): void {
    const resources = machines.filter(({ byRule }) => byRule).map(({ resource }) => resource);
    if (resources.length < 2) return;
    const access = accessOf(parent.getProvider(VIRTUAL_MACHINE));
    const managed = pulumi.all(resources.map(({ resourceId }) => resourceId));
    const taken = pulumi.all([access, managed]).apply(async ([known, ids]) => {
        if (known !== undefined && !pulumi.runtime.isDryRun()) await untilTakenUp(proxmoxApi(known), ids);
        return [...ids].sort();
    });
    new proxmox.Harule(
        `${name}-ha-rule`,
        {
            rule: nameInProxmox(name),
            type: "resource-affinity",
            affinity: "negative",
            // They say nothing of the token that was needed for it.
            resources: pulumi.unsecret(taken),
        },
        // Proxmox takes from the rule what it no longer manages, and nobody puts it back.
        { parent, dependsOn: after, replaceWith: resources, deleteBeforeReplace: true },
    );
}
