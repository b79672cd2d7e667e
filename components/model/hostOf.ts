/** One host of the model, by its name; the others beside it; and its addresses. */
import { Address, type Family } from "../text/address";
import type { HostModel, Model, VirtualMachineModel } from "./model";

export function hostOf({ hosts }: Model, name: string): HostModel {
    return hosts.find((host) => host.name === name)!;
}

/** A host that is a VM. */
export function virtualMachineOf(model: Model, name: string): HostModel & { virtualMachine: VirtualMachineModel } {
    return hostOf(model, name) as HostModel & { virtualMachine: VirtualMachineModel };
}

/** Its peers: all hosts but this one. */
export const othersThan = <H extends Pick<HostModel, "name">>(
    { hosts }: { hosts: H[] },
    { name }: { name: string },
): H[] => hosts.filter((other) => other.name !== name);

/** All addresses of a host. */
export const addressesOfHost = ({ address, address6 }: HostModel): string[] =>
    address6 === undefined ? [address] : [address, address6];

/** The host's address of a family; undefined where none was given. */
export function addressIn(host: HostModel, family: Family): string | undefined {
    return addressesOfHost(host).find((own) => Address.parse(own)?.family === family);
}
