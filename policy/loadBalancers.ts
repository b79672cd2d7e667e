/** The load balancers among the resources of a stack. */
import { COMPONENT, partOf, VIRTUAL_MACHINE } from "../components/resources/names";
import { partsOfUrn } from "../components/text/urn";
import { type Configuration, configurationOf } from "./configuration";
import { type Resource, textOf } from "./resource";

export interface VirtualMachine {
    host: string;
    /** Undefined when it is not known yet. */
    node: string | undefined;
}

export interface LoadBalancer {
    urn: string;
    name: string;
    virtualMachines: VirtualMachine[];
    /** What a host gets; undefined while no step can be read, as when inputs come from other resources. */
    configuration: Configuration | undefined;
}

export function loadBalancersOf(resources: Resource[]): LoadBalancer[] {
    return resources
        .filter(({ type }) => type === COMPONENT)
        .map(({ urn, name }) => {
            const children = resources.filter(({ parent }) => parent === urn);
            const configurations = children
                .filter(({ type, name: step }) => partOf(type, step, name)?.part === "configuration")
                .map((step) => configurationOf(textOf(step, "stdin") ?? ""));
            return {
                urn,
                name,
                virtualMachines: children
                    .filter(isHostsVirtualMachine)
                    .map((machine) => ({
                        host: textOf(machine, "name") ?? machine.name,
                        node: textOf(machine, "nodeName"),
                    }))
                    // Resources are registered in any order; a message must read the same each time.
                    .sort((one, other) => one.host.localeCompare(other.host, "en", { numeric: true })),
                configuration: configurations.find((configuration) => configuration !== undefined),
            };
        });
}

/** Not just any VM of the stack. */
export const isHostsVirtualMachine = ({ type, parent }: Resource): boolean =>
    type === VIRTUAL_MACHINE && parent !== undefined && partsOfUrn(parent).type === COMPONENT;
