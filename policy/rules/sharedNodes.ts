import { loadBalancersOf } from "../loadBalancers";
import type { Rule } from "../rule";

interface Settings {
    dedicatedNodes: string[];
    least: number;
}

/** What else runs on a node takes processor time from a VM, and a master silent for 0.16 s counts as dead. */
export const sharedNodes: Rule<Settings> = {
    name: "tolerant-vrrp-on-shared-nodes",
    description: "VRRP does not count in hundredths of a second on Proxmox nodes that other VMs share.",
    level: "advisory",
    settings: {
        dedicatedNodes: {
            type: "array",
            items: { type: "string" },
            description: "Names of nodes that serve only the load balancer; the profile fast is right there.",
            default: [],
        },
        least: {
            type: "number",
            exclusiveMinimum: 0,
            description: "Seconds between advertisements that are enough on shared nodes: 0.1 is the profile balanced.",
            default: 0.1,
        },
    },
    sees: "stack",
    judge: (resources, { dedicatedNodes, least }) =>
        loadBalancersOf(resources).flatMap(({ urn, name, virtualMachines, configuration }) => {
            const shared = virtualMachines.filter(({ node }) => node === undefined || !dedicatedNodes.includes(node));
            const fast = configuration?.instances.find(({ interval }) => interval < least);
            if (shared.length === 0 || fast === undefined) return [];
            const where = shared.map(({ host, node }) => (node === undefined ? host : `${host} on ${node}`)).join(", ");
            return [
                {
                    urn,
                    message:
                        `${name}: an advertisement every ${fast.interval} s, and the VMs share their nodes (${where}): ` +
                        "a crowded node is a failover (docs/benchmarks.md#false-failovers). Set vrrp.profile to " +
                        "balanced or tolerant, or add nodes that serve nothing else to dedicatedNodes of this policy.",
                },
            ];
        }),
};
