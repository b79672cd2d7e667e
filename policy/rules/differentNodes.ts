import { loadBalancersOf } from "../loadBalancers";
import type { Rule } from "../rule";

interface Settings {
    oneNodeAllowed: string[];
}

/** One node's end must not be the end of all hosts. */
export const differentNodes: Rule<Settings> = {
    name: "hosts-on-different-nodes",
    description: "The hosts of a load balancer are on different Proxmox nodes.",
    level: "mandatory",
    settings: {
        oneNodeAllowed: {
            type: "array",
            items: { type: "string" },
            description: "Names of nodes that may have several hosts, such as the only node of a test site.",
            default: [],
        },
    },
    sees: "stack",
    judge: (resources, { oneNodeAllowed }) =>
        loadBalancersOf(resources).flatMap(({ urn, name, virtualMachines }) => {
            const nodes = [...new Set(virtualMachines.map(({ node }) => node))];
            return nodes
                .filter((node) => node !== undefined && !oneNodeAllowed.includes(node))
                .map((node) => ({
                    node,
                    hosts: virtualMachines.filter((machine) => machine.node === node).map(({ host }) => host),
                }))
                .filter(({ hosts }) => hosts.length > 1)
                .map(({ node, hosts }) => ({
                    urn,
                    message:
                        `${name}: ${hosts.join(" and ")} are on the node ${node}, and end together with it. Give one ` +
                        "of them another node (hosts[n].virtualMachine.node); for a site that has only one, add it " +
                        "to oneNodeAllowed of this policy.",
                }));
        }),
};
