/** The hosts, each good in itself; what they must be together is in rules/hosts.ts. */
import { hostSpec } from "../inputs/loadBalancer";
import { list, settings } from "../spec/checks";
import { omit } from "../spec/omit";
import type { Path, Problems } from "../spec/problems";
import { resolveMembers } from "../spec/resolve";
import { hostAddress } from "./addresses";
import type { HostInputs, Inputs } from "./inputs";
import type { HostModel } from "./model";
import { defaultPriority } from "./rolloutOrder";
import { resolveVirtualMachine } from "./virtualMachine";

export function resolveHosts(problems: Problems, inputs: Inputs): HostModel[] {
    const shared = settings(problems, "virtualMachines", inputs.virtualMachines);
    return list(problems, "hosts", inputs.hosts).map((given, index) => {
        const path = `hosts[${index}]`;
        const { virtualMachine, ...host } = settings(problems, path, given);
        const resolved = resolveHost(problems, path, host, index);
        return virtualMachine === undefined
            ? resolved
            : { ...resolved, virtualMachine: resolveVirtualMachine(problems, path, virtualMachine, shared) };
    });
}

function resolveHost(problems: Problems, path: Path, given: Partial<HostInputs>, index: number): HostModel {
    const spec = omit(hostSpec, "virtualMachine");
    const host = resolveMembers(problems, (name) => `${path}.${name}`, spec, given);
    const address = hostAddress(problems, `${path}.address`, host.address) ?? "";
    const { address6, ...rest } = host;
    return {
        ...rest,
        address,
        ...(address6 === undefined ? {} : { address6: hostAddress(problems, `${path}.address6`, address6, 6) ?? "" }),
        priority: host.priority ?? defaultPriority(index),
    };
}
