/** Addresses that are none, or that no machine can have. */
import { dualStack, existingMachines, ipv6Only } from "../../support";
import { accepted, type Line, refused, type Topic } from "./refusal";

const OF_MACHINES: Line[] = [
    ["a VIP of three parts", { vip: "10.30.100/24" }, 'IP address such as ... received "10.30.100"'],
    ["a VIP that is no name either", { vip: "kube_api.example.com/24" }, "IP address"],
    ["a prefix length beyond 32", { vip: "10.30.100.100/33" }, 'from 8 to 30 ... received "10.30.100.100/33"'],
    ["two prefix lengths", { vip: "10.30.100.100/24/24" }, "prefix length from 8 to 30"],
    ["a prefix length with a leading zero", { vip: "10.30.100.100/08" }, "prefix length from 8 to 30"],
    ["a VIP at its network's edge", { vip: "10.30.100.127/25" }, "(10.30.100.0, 10.30.100.127); received"],
    ["an octet above 255", { "hosts[0].address": "10.30.100.256" }, 'such as ... received "10.30.100.256"'],
    ["an octet with a leading zero", { "hosts[0].address": "10.30.100.010" }, "IP address such as"],
    ["an address of three parts", { "hosts[0].address": "10.30.101" }, "IP address such as"],
    ["an IPv6 address beside an IPv4 VIP", { "hosts[1].address": "fd00::1" }, "in the VIP's network, 10.30.100.0/24"],
    ["an empty address", { "hosts[1].address": "" }, 'IP address such as ... received ""'],
    ["a loopback address", { "apiServers[1]": "127.0.0.1" }, 'not a loopback one; received "127.0.0.1"'],
    ["a multicast address", { "apiServers[0]": "224.0.0.18" }, "not a multicast one"],
    ["a name of an API server", { "apiServers[2]": "api.example.com:6443" }, "IP address such as"],
    ["a name of a name server", { "dnsServers[0]": "dns.example.com" }, "IP address such as"],
    ["a port above 65535", { "apiServers[0]": "10.30.100.51:65536" }, 'from 1 to 65535 ... 51:65536"'],
    ["an empty port", { "apiServers[0]": "10.30.100.51:" }, "port from 1 to 65535"],
    ["a port with a leading zero", { "apiServers[0]": "10.30.100.5:06443" }, "port from 1 to 65535"],
    ["no API server", { apiServers: [] }, "at least one API server"],
    ["an API server at the broadcast address", { "apiServers[1]": "10.30.100.255" }, "or broadcast address"],
    ["an API server at the network's own", { "apiServers[0]": "10.30.100.0:6444" }, "network's own"],
    ["the VIP as API server", { "apiServers[0]": "10.30.100.100" }, "must not contain the VIP", "apiServers"],
    [
        "clients of a network by an address in it",
        { allowedClients: ["10.0.0.0/8", "10.30.100.5/16"] },
        'own address, 10.30.0.0/16; received "10.30.100.5/16"',
        "allowedClients[1]",
    ],
    [
        "clients of everywhere as a network",
        { allowedClients: ["0.0.0.0/0"] },
        'network or address ... received "0.0.0.0/0"',
        "allowedClients[0]",
    ],
    ["clients by name", { allowedClients: ["admin.example.com"] }, "network or address, such as", "allowedClients[0]"],
    [
        "no clients",
        { allowedClients: [] },
        "at least one network or address, such as 10.30.0.0/16; leave it out to allow everybody",
    ],
    [
        "clients twice",
        { allowedClients: ["192.0.2.7", "192.0.2.7/32"] },
        "distinct, and allowedClients[0] already",
        "allowedClients[1]",
    ],
    ["an API server twice", { "apiServers[2]": "10.30.100.51:6443" }, "distinct, and apiServers[0] already"],
];

const OF_IPV6: Line[] = [
    ["a link-local VIP", { vip: "fe80::64/64" }, "not a link-local one"],
    ["a VIP with a zone", { vip: "fe80::64%eth0/64" }, "without a zone: other machines do not know it"],
    ["a mapped IPv4 address", { vip: "::ffff:a1e:6464/96" }, "not a mapped IPv4 one"],
    ["IPv4 notation in it", { vip: "2001:db8::10.30.100.100/64" }, "without IPv4 notation in it"],
    ["a multicast VIP", { vip: "ff02::12/64" }, "not a multicast one"],
    ["the loopback address", { "apiServers[0]": "::1" }, "not a loopback one"],
    ["a prefix of one address", { vip: "2001:db8:30:100::64/128" }, "IPv6 address with a prefix length from 32 to 126"],
    [
        "a VIP that is its network's own",
        { vip: "2001:db8:30:100::/64" },
        "own address (2001:db8:30:100::), which its routers",
    ],
    [
        "a host of the other family",
        { "hosts[1].address": "10.30.100.102" },
        "in the VIP's network, 2001:db8:30:100::/64",
    ],
    [
        "a host in another network",
        { "hosts[1].address": "2001:db8:30:101::102" },
        "VIP's network, 2001:db8:30:100::/64",
    ],
    ["the VIP as a host, in other letters", { "hosts[1].address": "2001:DB8:30:100:0:0:0:64" }, "must not be the VIP"],
    ["a second IPv6 address", { "hosts[0].address6": "2001:db8:30:100::111" }, "address is an IPv6 one: leave it out"],
    ["a second IPv6 VIP", { vip6: "2001:db8:30:100::65/64" }, "vip is an IPv6 address already"],
    ["an IPv4 API server of hosts without IPv4", { "apiServers[1]": "10.30.100.52" }, "vrrp1 has no IPv4 address"],
    [
        "an API server in brackets that are not closed",
        { "apiServers[0]": "[2001:db8::1:6443" },
        "IP address, with a port",
    ],
    [
        "an API server twice, in other letters",
        { "apiServers[1]": "[2001:DB8:30:100::51]:6443" },
        "apiServers[0] already",
    ],
    ["VRRP version 2", { "vrrp.version": 2 }, "must be 3 with an IPv6 VIP"],
    ["multicast", { "vrrp.transport": "multicast" }, "must be unicast with an IPv6 VIP"],
    [
        "a VIP that suggests no router id",
        { vip: "2001:db8:30:100::100/64" },
        "last byte ... that is 0",
        "vrrp.routerId",
    ],
];

const OF_BOTH_FAMILIES: Line[] = [
    ["an IPv4 address as vip6", { vip6: "10.30.100.110/24" }, "IPv6 address such as"],
    ["a name as vip6", { vip6: "api.example.com/64" }, "IPv6 address such as"],
    ["a host without an IPv6 address", { "hosts[1].address6": undefined }, "must be given with vip6"],
    ["a host in another IPv6 network", { "hosts[1].address6": "2001:db8:30:101::102" }, "in vip6's network, 2001:"],
    ["an IPv4 address twice", { "hosts[1].address6": "10.30.100.103" }, "IPv6 address such as"],
    ["vip6 as a host", { "hosts[1].address6": "2001:db8:30:100::100" }, "must not be the VIP"],
    ["an IPv6 address of two hosts", { "hosts[1].address6": "2001:db8:30:100::101" }, "distinct"],
    ["vip6 as API server", { "apiServers[0]": "2001:db8:30:100::100" }, "must not contain the VIP", "apiServers"],
    [
        "an API server on a host, by its IPv6 address",
        { "apiServers[0]": "2001:db8:30:100::101" },
        "take its port 6443",
        "hosts[0].address6",
    ],
];

const WITHOUT_IPV6: Line[] = [
    [
        "an IPv6 API server of hosts without IPv6",
        { "apiServers[1]": "2001:db8::52" },
        "vrrp1 has no IPv6 address: give the hosts",
    ],
];

export const ADDRESSES: Topic = {
    refused: [
        ...refused(existingMachines, OF_MACHINES),
        ...refused(existingMachines, WITHOUT_IPV6),
        ...refused(ipv6Only, OF_IPV6),
        ...refused(dualStack, OF_BOTH_FAMILIES),
    ],
    accepted: [
        ...accepted(existingMachines, [
            [
                "clients of networks that overlap, and of an address",
                { allowedClients: ["10.0.0.0/8", "10.30.100.0/24", "10.0.0.0"] },
            ],
            ["an edge of another network is an address like any other", { apiServers: ["10.30.101.255"] }],
        ]),
        ...accepted(ipv6Only, [
            [
                "the last address of an IPv6 network is no broadcast address",
                { vip: "2001:db8:30:100:ffff:ffff:ffff:ffff/64" },
            ],
            ["an IPv6 VIP that ends in 0, with a router id", { vip: "2001:db8:30:100::100/64", "vrrp.routerId": 7 }],
        ]),
        ...accepted(dualStack, [
            ["VRRP version 2 and multicast carry the IPv4 address", { vrrp: { version: 2, transport: "multicast" } }],
            [
                "an API server on a host, with listenOn vip",
                { "apiServers[0]": "2001:db8:30:100::101", listenOn: "vip" },
            ],
        ]),
    ],
};
