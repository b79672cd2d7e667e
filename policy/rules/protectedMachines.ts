import { isHostsVirtualMachine } from "../loadBalancers";
import { partsOfUrn } from "../../components/text/urn";
import type { Rule } from "../rule";

interface Settings {
    stacks: string;
}

/** A protected VM is neither deleted nor replaced before somebody says so. */
export const protectedMachines: Rule<Settings> = {
    name: "protected-production-vms",
    description: "The VMs of a production stack are protected against deletion and replacement.",
    level: "advisory",
    settings: {
        stacks: {
            type: "string",
            description: "Regular expression for the names of production stacks.",
            default: "(^|[-_.])prod(uction)?([-_.]|$)",
        },
    },
    sees: "resource",
    judge: (resources, { stacks }) => {
        const production = new RegExp(stacks);
        return resources
            .filter((resource) => isHostsVirtualMachine(resource) && !resource.protect)
            .filter(({ urn }) => production.test(partsOfUrn(urn).stack))
            .map(({ urn, name }) => ({
                urn,
                message:
                    `${name}: the VM of a production stack (${partsOfUrn(urn).stack}) is not protected: one wrong ` +
                    "change of an input deletes it. Set virtualMachines.protection (docs/policies.md#protected-vms), " +
                    "or stacks of this policy.",
            }));
    },
};
