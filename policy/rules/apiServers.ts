import { loadBalancersOf } from "../loadBalancers";
import type { Rule } from "../rule";

interface Settings {
    minimum: number;
}

/** What is behind the address must survive a failure as well. */
export const apiServers: Rule<Settings> = {
    name: "enough-api-servers",
    description: "There are at least two API servers behind the virtual IP.",
    level: "advisory",
    settings: { minimum: { type: "integer", minimum: 1, description: "The least number of API servers.", default: 2 } },
    sees: "stack",
    judge: (resources, { minimum }) =>
        loadBalancersOf(resources).flatMap(({ urn, name, configuration }) => {
            const count = configuration?.apiServers.length ?? 0;
            if (count === 0 || count >= minimum) return [];
            const list = configuration!.apiServers.join(", ");
            return [
                {
                    urn,
                    message:
                        `${name}: ${count} API server${count === 1 ? "" : "s"} (${list}) of the ${minimum} that ` +
                        "this policy demands: the API ends with it, whatever the load balancer does. Add the others " +
                        "to apiServers, or set minimum of this policy.",
                },
            ];
        }),
};
