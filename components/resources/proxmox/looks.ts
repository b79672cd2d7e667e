/**
 * The looks at Proxmox in an `up`: before a VM is made or changed, and after it. A preview does not look. Where Proxmox
 * cannot be asked from here the VM is made all the same.
 */
import * as pulumi from "@pulumi/pulumi";
import { ownPrefixLengths } from "../../model/bgp";
import type { HostModel, Model, VirtualMachineModel } from "../../model/model";
import { VIRTUAL_MACHINE } from "../names";
import { afterMaking } from "./afterMaking";
import { accessOf, type ProxmoxApi, proxmoxApi } from "./api";
import { beforeMaking } from "./beforeMaking";
import type { Wanted } from "./guests";
import { refusal } from "../../text/refusal";

/** What is looked for. */
export interface Looks {
    host: pulumi.Output<HostModel & { virtualMachine: VirtualMachineModel }>;
    model: pulumi.Output<Model>;
    /** The command that changes the other hosts alone. */
    others: string;
}

/** Stack and resource: no other VM has this in its description. */
export function markOf(name: string): string {
    return (
        "Load-balancer host of the Kubernetes API, managed by Pulumi " +
        `(${pulumi.getProject()}/${pulumi.getStack()}, ${name}).`
    );
}

/** Known once the VM can be made; fails with what is in the way. */
export function lookBefore(name: string, looks: Looks, parent: pulumi.Resource): pulumi.Output<void> {
    return look(name, looks, parent, async (api, wanted, log) => {
        try {
            await beforeMaking(api, wanted, log);
        } catch (error) {
            // A connection that fails has a code; what Proxmox says, and what follows from it, has none.
            if (!(error instanceof Error) || !("code" in error))
                throw refusal(`hosts: ${wanted.name}: ${(error as Error).message}`);
            log(`${wanted.name}: the checks in Proxmox before the VM is made were skipped: ${error.message}`);
        }
    });
}

/** The VM's id, once it was seen whether the VM is what it was to become. */
export function lookAfter(
    name: string,
    vmId: pulumi.Output<number>,
    looks: Looks,
    parent: pulumi.Resource,
): pulumi.Output<number> {
    const done = vmId.apply((id) =>
        look(name, looks, parent, (api, wanted, log) =>
            // Whoever does not answer now is noticed by the steps that follow.
            afterMaking(api, wanted, id, log).catch(() => undefined),
        ),
    );
    return pulumi.all([vmId, done]).apply(([id]) => id);
}

function look(
    name: string,
    { host, model, others }: Looks,
    parent: pulumi.Resource,
    work: (api: ProxmoxApi, wanted: Wanted, log: (text: string) => void) => Promise<void>,
): pulumi.Output<void> {
    if (pulumi.runtime.isDryRun()) return pulumi.output(undefined);
    const access = accessOf(parent.getProvider(VIRTUAL_MACHINE));
    const done = pulumi.all([access, host, model]).apply(async ([known, plain, whole]) => {
        if (known === undefined) return;
        const wanted = {
            name: plain.name,
            mark: markOf(name),
            address: `${plain.address}/${ownPrefixLengths(whole).first}`,
            machine: plain.virtualMachine,
            others,
        };
        await work(proxmoxApi(known), wanted, (text) => void pulumi.log.warn(text, parent));
    });
    // It says nothing of the token that it needed.
    return pulumi.unsecret(done);
}
