import { Address, Network } from "../../components/text/address";
import { type LoadBalancer, loadBalancersOf } from "../loadBalancers";
import { partsOfUrn } from "../../components/text/urn";
import type { Resource } from "../resource";
import { NotApplicable, type Rule } from "../rule";
import { otherStates } from "../states";

interface Settings {
    states: string[];
    backend: string;
    prefixLength: number;
}

interface Router {
    routerId: number;
    address: string;
    /** "kube-api of ha-api/prod" */
    title: string;
    urn: string;
}

/** Hosts that share a router id and hear each other take each other's advertisements for their own. */
export const routerIds: Rule<Settings> = {
    name: "distinct-vrrp-router-ids",
    description: "No other load balancer of the same network has the same VRRP router id.",
    level: "mandatory",
    settings: {
        states: {
            type: "array",
            items: { type: "string" },
            description:
                "Absolute paths of files that pulumi stack export --file FILE wrote for other stacks, or of folders " +
                "of such files.",
            default: [],
        },
        backend: {
            type: "string",
            description: "A backend in files, as pulumi login has it: file:///srv/pulumi. Empty: PULUMI_BACKEND_URL.",
            default: "",
        },
        prefixLength: {
            type: "integer",
            minimum: 0,
            maximum: 32,
            description: "Networks are this wide: VIPs in the same one must have different router ids. 0: all must.",
            default: 24,
        },
    },
    sees: "stack",
    judge: async (resources, settings, { env }) => {
        const own = routersOf(resources);
        if (own.length === 0) throw new NotApplicable("the stack has no load balancer whose files are known");
        const stack = partsOfUrn(own[0]!.urn);
        const backend = settings.backend === "" ? (env["PULUMI_BACKEND_URL"] ?? "") : settings.backend;
        const states = await otherStates({ files: settings.states, backend }, stack);
        const others = (states ?? []).flatMap((state) => routersOf(state));
        if (states === undefined && own.length === 1)
            throw new NotApplicable(
                "no state of another stack can be read: the backend is no folder (file://...), and the setting states " +
                    "names no file",
            );
        return own.flatMap((router, index) =>
            [...own.slice(0, index), ...others]
                .filter((other) => other.routerId === router.routerId && near(router, other, settings.prefixLength))
                .map((other) => ({
                    urn: router.urn,
                    message:
                        `${router.title}: VRRP router id ${router.routerId} is that of ${other.title} too, whose VIP ` +
                        `${other.address} is in the same network as ${router.address}. Set vrrp.routerId to a number ` +
                        "from 1 to 255 that no other load balancer there has, or prefixLength of this policy when " +
                        "the networks are smaller.",
                })),
        );
    },
};

function routersOf(resources: Resource[]): Router[] {
    return loadBalancersOf(resources).flatMap(({ urn, name, configuration }: LoadBalancer) => {
        const { project, stack } = partsOfUrn(urn);
        return (configuration?.instances ?? []).map(({ routerId, address }) => ({
            routerId,
            address,
            title: `${name} of ${project}/${stack}`,
            urn,
        }));
    });
}

function near(one: Router, other: Router, prefixLength: number): boolean {
    const [a, b] = [Address.parse(one.address), Address.parse(other.address)];
    return prefixLength === 0 || a === undefined || b === undefined || new Network(a, prefixLength).contains(b);
}
