/** Addresses that are none, or that no machine can have. */
import { existingMachines } from "../../support";
import { accepted, type Line, refused, type Topic } from "./refusal";

const OF_MACHINES: Line[] = [
    ["a VIP of three parts", { vip: "10.30.100/24" }, 'IPv4 address ... such as ... received "10.30.100"'],
    ["a VIP that is no name either", { vip: "kube_api.example.com/24" }, "IPv4 address"],
    ["a prefix length beyond 32", { vip: "10.30.100.100/33" }, 'from 8 to 30 ... received "10.30.100.100/33"'],
    ["two prefix lengths", { vip: "10.30.100.100/24/24" }, "prefix length from 8 to 30"],
    ["a prefix length with a leading zero", { vip: "10.30.100.100/08" }, "prefix length from 8 to 30"],
    ["a VIP at its network's edge", { vip: "10.30.100.127/25" }, "(10.30.100.0, 10.30.100.127); received"],
    ["an octet above 255", { "hosts[0].address": "10.30.100.256" }, 'such as ... received "10.30.100.256"'],
    ["an octet with a leading zero", { "hosts[0].address": "10.30.100.010" }, "IPv4 address such as"],
    ["an address of three parts", { "hosts[0].address": "10.30.101" }, "IPv4 address such as"],
    ["an IPv6 address", { "hosts[1].address": "fd00::1" }, '(IPv6 is not supported yet); received "fd00::1"'],
    ["an empty address", { "hosts[1].address": "" }, 'IPv4 address such as ... received ""'],
    ["a loopback address", { "apiServers[1]": "127.0.0.1" }, 'not a loopback one; received "127.0.0.1"'],
    ["a multicast address", { "apiServers[0]": "224.0.0.18" }, "not a multicast one"],
    ["a name of an API server", { "apiServers[2]": "api.example.com:6443" }, "IPv4 address such as"],
    ["a name of a name server", { "dnsServers[0]": "dns.example.com" }, "IPv4 address such as"],
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

export const ADDRESSES: Topic = {
    refused: [...refused(existingMachines, OF_MACHINES)],
    accepted: accepted(existingMachines, [
        [
            "clients of networks that overlap, and of an address",
            { allowedClients: ["10.0.0.0/8", "10.30.100.0/24", "10.0.0.0"] },
        ],
        ["an edge of another network is an address like any other", { apiServers: ["10.30.101.255"] }],
    ]),
};
