import type * as pulumi from "@pulumi/pulumi";
import { boolean, integer, parsed, seconds, text } from "../spec/kinds";
import { HOST_NAME, SERVICE_NAME } from "../spec/patterns";
import type { SpecOf } from "../spec/types";

/** A further virtual IP beside the API's, for another service of the same hosts: an ingress, a second cluster. */
export interface VipArgs {
    /**
     * Name of the VIP: listeners are put at it by this name, and switched over by it. Lower-case letters, digits and
     * hyphens.
     */
    name: pulumi.Input<string>;
    /**
     * The address, of vip's family and in a network of the hosts, with or without its prefix length: 10.30.100.110/24.
     * Default prefix length: 24, with IPv6 64.
     */
    address: pulumi.Input<string>;
    /**
     * IPv6 address beside an IPv4 one, as vip6 is beside vip: both are always on the same host. Every host then has an
     * address6. Default prefix length: 64. Default: none.
     */
    address6?: pulumi.Input<string>;
    /**
     * Name of the host that is preferred to hold it; the others follow in the order of their priorities. Default: the
     * hosts' own order, as for vip.
     */
    prefers?: pulumi.Input<string>;
    /** Give it back to the preferred host when that one returns. Default: true with prefers, else vrrp.preempt. */
    preempt?: pulumi.Input<boolean>;
    /**
     * Seconds that a host which returns is healthy before it takes the VIP back, 0 to 1000. Only with preempt. Default:
     * 60 with prefers, else vrrp.preemptDelay.
     */
    preemptDelay?: pulumi.Input<number>;
    /** Virtual router id, 1 to 255, unique on the network. Default: the last octet of the address, 255 for 0. */
    routerId?: pulumi.Input<number>;
}

/** Limits and defaults of VipArgs. */
export const vipSpec = {
    name: text(SERVICE_NAME, "a name of lower-case letters, digits and hyphens, such as ingress", {
        also: "distinct; not kube-api",
    }),
    address: parsed("an IP address, with a prefix length: from 8 to 30, with IPv6 from 32 to 126", {
        also: "of vip's family; in a network that all hosts are in; distinct; no host's",
    }),
    address6: parsed("an IPv6 address, with a prefix length from 32 to 126", {
        absent: "none",
        also: "beside an IPv4 address only; in a network that each host's address6 is in; distinct",
    }),
    prefers: text(HOST_NAME, "the name of a host, such as vrrp2", { absent: "the hosts' own order, as for vip" }),
    preempt: boolean({ derived: "true with prefers, else vrrp.preempt" }),
    preemptDelay: seconds(0, 1000, { derived: "60 with prefers, else vrrp.preemptDelay", also: "only with preempt" }),
    routerId: integer(1, 255, { derived: "the last octet of the address, 255 for 0", also: "distinct" }),
} satisfies SpecOf<VipArgs>;
