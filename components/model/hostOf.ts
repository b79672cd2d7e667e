/** One host of the model, by its name. */
import type { HostModel, Model, VirtualMachineModel } from "./model";

export function hostOf({ hosts }: Model, name: string): HostModel {
    return hosts.find((host) => host.name === name)!;
}

/** A host that is a VM. */
export function virtualMachineOf(model: Model, name: string): HostModel & { virtualMachine: VirtualMachineModel } {
    return hostOf(model, name) as HostModel & { virtualMachine: VirtualMachineModel };
}
