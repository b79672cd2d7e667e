/** Which inputs of the top level the model has just as their spec says. */
import { loadBalancerSpec } from "../inputs/loadBalancer";
import { omit } from "../spec/omit";
import type { ModelOf } from "../spec/types";

/** All but those that the model takes apart, or fills in from other inputs. */
export const AS_GIVEN = omit(
    loadBalancerSpec,
    "vip",
    "vips",
    "hosts",
    "apiServers",
    "dnsServers",
    "allowedClients",
    "balancing",
    "listeners",
    "metrics",
    "tls",
    "virtualMachines",
    "vrrp",
    "bgp",
    "nginx",
    "haproxy",
);

export type AsGiven = ModelOf<typeof AS_GIVEN>;
