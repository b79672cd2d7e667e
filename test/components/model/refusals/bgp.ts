/** The VIP announced by BGP: which routers, and what is for VRRP only. */
import { announcedByBgp, existingMachines, virtualMachines } from "../../support";
import { accepted, type Line, refused, type Topic } from "./refusal";

const IPV6_HOSTS = {
    "hosts[0].address6": "2001:db8:30:100::101",
    "hosts[1].address6": "2001:db8:30:100::102",
    "bgp.peers[1]": { address: "2001:db8:30:100::1", as: 64513 },
};
const ROUTER = { address: "10.30.100.1", as: 64513 };
const elsewhere = (address: string): object[] => [ROUTER, { address, as: 64513 }];

const OF_BGP: Line[] = [
    ["no BGP settings", { bgp: undefined }, "must be given with announcement bgp: at least localAs and peers"],
    ["VRRP settings", { "vrrp.preempt": true }, "is for announcement vrrp: leave it out with bgp"],
    ["a VRRP password", { "vrrp.hasPassword": true }, "only used with vrrp.authentication", "vrrp.password"],
    ["a VRRP priority", { "hosts[1].priority": 200 }, "is for announcement vrrp: with bgp all hosts serve the VIP"],
    ["a first state of VRRP", { "hosts[0].initialState": "backup" }, "is for announcement vrrp"],
    ["an interface of VRRP", { "hosts[0].interface": "ens18" }, "have it on their loopback interface"],
    [
        "a further VIP",
        { vips: [{ name: "ingress", address: "172.30.0.11" }] },
        "is for announcement vrrp, where each VIP moves by itself: leave it out with bgp",
    ],
    ["a VIP with a network", { vip: "172.30.0.10/24" }, 'prefix length 32 with announcement bgp ... received "172.30'],
    ["an IPv6 VIP with a network", { vip: "2001:db8:40::10/64" }, "must have the prefix length 128"],
    ["a VIP in the hosts' network", { vip: "10.30.100.100" }, "in that of vrrp1 (10.30.100.0/24): machines there"],
    ["a VIP in a network wider than usual", { vip: "10.30.4.10", "bgp.prefixLength": 16 }, "no host's network", "vip"],
    ["an AS that is none", { "bgp.localAs": 0 }, "whole number from 1 to 4294967294; received 0"],
    ["an AS beyond 32 bits", { "bgp.peers[0].as": 4294967296 }, "whole number from 1 to 4294967294"],
    ["the AS of a transition", { "bgp.localAs": 23456 }, "is reserved (RFC 6793, RFC 7300) ... received 23456"],
    ["the last AS of 16 bits", { "bgp.peers[0].as": 65535 }, "is reserved"],
    ["a hold time that BGP does not know", { "bgp.holdTime": 2 }, "whole number from 3 to 65535; received 2"],
    ["no router", { "bgp.peers": [] }, "must name 1 to 16 routers; received 0"],
    ["a router by name", { "bgp.peers[0].address": "router.example.com" }, "must be an IP address such as"],
    ["a router twice", { "bgp.peers": [ROUTER, ROUTER] }, "must be distinct", "bgp.peers[1].address"],
    ["a router of a family without VIP", IPV6_HOSTS, "there is no IPv6 VIP to announce to it", "bgp.peers[1].address"],
    [
        "a router beyond other routers",
        { "bgp.peers": elsewhere("10.30.101.1") },
        "network of every host; vrrp1 is in 10.30.100.0/24",
        "bgp.peers[1].address",
    ],
    [
        "a router that one host has not",
        { "hosts[1].address": "10.30.101.102" },
        "network of every host; vrrp2 is in 10.30.101.0/24",
        "bgp.peers[0].address",
    ],
    ["a host as router", { "bgp.peers[0].address": "10.30.100.102" }, "not that of a host (vrrp2)"],
    ["a network of another family", { "bgp.prefixLength": 64 }, "must be from 8 to 30, since ... received 64"],
    [
        "an IPv6 VIP that no router hears of",
        { ...IPV6_HOSTS, vip6: "2001:db8:40::10", "bgp.peers": [ROUTER] },
        "must name an IPv6 router too: nobody would hear of 2001:db8:40::10",
    ],
    ["one host", { hosts: [{ name: "vrrp1", address: "10.30.100.101" }] }, "at least two hosts"],
];

const WITHOUT_BGP: Line[] = [
    ["BGP settings for VRRP", { bgp: { localAs: 64512, peers: [ROUTER] } }, "is only used with announcement bgp"],
    ["a VIP without a network", { vip: "10.30.100.100/32" }, "prefix length from 8 to 30"],
];

const { bgp } = announcedByBgp();
const VMS = { announcement: "bgp", vip: "172.30.0.10", bgp };

export const BGP: Topic = {
    refused: [
        ...refused(announcedByBgp, OF_BGP),
        ...refused(existingMachines, WITHOUT_BGP),
        ...refused(virtualMachines, [
            [
                "a VM with a router of another network",
                { ...VMS, "virtualMachines.gateway": "10.31.0.1" },
                "must be in the host's network (bgp.prefixLength)",
            ],
        ]),
    ],
    accepted: [
        ...accepted(announcedByBgp, [
            ["two addresses announced to a router of each family", { ...IPV6_HOSTS, vip6: "2001:db8:40::10/128" }],
            ["a VIP beside a narrow network", { vip: "10.30.100.200", "bgp.prefixLength": 25 }],
            ["an empty list of further VIPs, as Pulumi.yaml has it", { vips: [] }],
            ["hosts and routers of one AS", { "bgp.localAs": 64513 }],
        ]),
        ...accepted(virtualMachines, [["VMs in the network of their router", VMS]]),
    ],
};
