/** VIPs beside the API's: their names, addresses and ids, what they prefer, and listeners at them. */
import type { Inputs } from "../../../../components/model/inputs";
import { apiAndIngress, dualStack, existingMachines, ipv6Only } from "../../support";
import { accepted, type Line, refused, type Topic } from "./refusal";

const INGRESS = { name: "ingress", address: "10.30.100.110/24" };
const BACKENDS = { backends: ["10.30.100.61"] };
const withOne = (base: (over: Partial<Inputs>) => Inputs, over: object): (() => Inputs) => {
    return () => base({ vips: [{ ...INGRESS, ...over }] });
};

const OF_NAMES: Line[] = [
    ["a name that is no file's", { "vips[0].name": "../x" }, 'lower-case letters, digits ... received "../x"'],
    ["a name with an underscore", { "vips[0].name": "a_b" }, "lower-case letters, digits and hyphens"],
    ["the API's name", { "vips[0].name": "kube-api" }, "names of VIPs must be distinct, and vip already"],
    [
        "two of one name",
        { "vips[1]": { ...INGRESS, address: "10.30.100.111" } },
        "distinct, and vips[0].name already",
        "vips[1].name",
    ],
    ["a host that is none", { "vips[0].prefers": "vrrp3" }, 'a host: vrrp1 or vrrp2; received "vrrp3"'],
    [
        "a delay without preemption",
        { "vips[0].preemptDelay": 5 },
        "only used with vips[0].preempt true: nobody ... received 5",
    ],
    ["the API's delay without preemption", { "vrrp.preemptDelay": 5 }, "only used with vrrp.preempt true"],
    ["a delay beyond keepalived's", { "vips[0].preempt": true, "vips[0].preemptDelay": 1001 }, "from 0 to 1000"],
];

const OF_ADDRESSES: Line[] = [
    [
        "vip's address, with an id of its own",
        { "vips[0].routerId": 7, "vips[0].address": "10.30.100.100" },
        "VIPs must be distinct, and vip already has this one",
    ],
    ["a host's address", { "vips[0].address": "10.30.100.102" }, "the address of vrrp2: a VIP moves between"],
    [
        "a network that no host is in",
        { "vips[0].address": "10.40.0.110/24" },
        "all hosts are in, and 10.30.100.101 of vrrp1 is not in 10.40.0.0/24; received",
    ],
    [
        "a network in which a host is at the edge",
        { "hosts[0].address": "10.30.100.127", "vips[0].address": "10.30.100.110/25" },
        "10.30.100.127 of vrrp1 is no edge, and 10.30.100.0/25 has it there",
    ],
    ["an edge of its network", { "vips[0].address": "10.30.100.127/25" }, "own or broadcast address"],
    ["a name", { "vips[0].address": "ingress.example.com" }, "IP address such as"],
    [
        "another family than vip's",
        { "vips[0].address": "2001:db8::110/64" },
        "vip's family, IPv4; an IPv6 one ... address6",
    ],
    ["an id twice", { "vips[0].routerId": 100 }, "than that of vip ... from 1 to 255 ... received 100"],
    [
        "an id twice, by the last byte",
        { vip: "10.30.100.110/16", "vips[0].address": "10.30.101.110/16" },
        "than that of vip, by which hosts",
        "vips[0].routerId",
    ],
    ["an IPv6 address without hosts'", { "vips[0].address6": "2001:db8::110" }, "takes an address6 of each host"],
];

const OF_IPV6: Line[] = [
    [
        "an IPv6 address beside one",
        { "vips[0].address6": "2001:db8:30:100::66" },
        "is an IPv6 one already: leave it out",
    ],
    ["an IPv4 one", { "vips[0].address": "10.30.100.110" }, "of vip's family, IPv6; received"],
    [
        "no id where the last byte is 0",
        { "vips[0].address": "2001:db8:30:100::100" },
        "must be given",
        "vips[0].routerId",
    ],
];

const OF_BOTH: Line[] = [
    [
        "an IPv6 network that no host is in",
        { "vips[0].address6": "2001:db8:40::110" },
        "2001:db8:30:100::101 of vrrp1 is not in 2001:db8:40::/64",
    ],
    ["vip6's address", { "vips[0].address6": "2001:db8:30:100::100" }, "distinct, and vip6 already"],
];

const OF_LISTENERS: Line[] = [
    ["a VIP that is none", { "listeners[0].vip": "etcd" }, 'a VIP: kube-api or edge-ingress (vips); received "etcd"'],
    [
        "a VIP where all are listened on",
        { listenOn: "all", "listeners[0].port": 443 },
        "with listenOn: vip; with",
        "listeners[0].vip",
    ],
    [
        "a port of the API's VIP",
        { "listeners[0].vip": "kube-api" },
        "distinct, and kube-api already",
        "listeners[0].port",
    ],
    [
        "a port at every VIP that one has",
        { "listeners[1]": { name: "all", port: 6443, ...BACKENDS } },
        "distinct, and kube-api already",
        "listeners[1].port",
    ],
    ["the VIP as backend", { "listeners[0].backends": ["10.30.100.110"] }, "would forward to itself"],
    [
        "a check that follows the API",
        { listenOn: "all", listeners: [], "vrrp.check.kind": "api" },
        "the other VIPs would leave",
    ],
    ["a weight", { "vrrp.check.weight": -20 }, "must be 0 with vips"],
];

export const VIPS: Topic = {
    refused: [
        ...refused(withOne(existingMachines, {}), [...OF_NAMES, ...OF_ADDRESSES]),
        ...refused(withOne(ipv6Only, { address: "2001:db8:30:100::65/64" }), OF_IPV6),
        ...refused(withOne(dualStack, {}), OF_BOTH),
        ...refused(apiAndIngress, OF_LISTENERS),
    ],
    accepted: [
        ...accepted(apiAndIngress, [
            ["the API's port at another VIP", {}],
            ["a listener at every VIP", { "listeners[1]": { name: "all", port: 443, ...BACKENDS } }],
        ]),
        ...accepted(withOne(dualStack, { address6: "2001:db8:30:100::110" }), [["both families", {}]]),
    ],
};
