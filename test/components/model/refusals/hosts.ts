/** Hosts: how many, their names, addresses, priorities and keys. */
import { existingMachines, PUBLIC_KEY, virtualMachines } from "../../support";
import { accepted, type Line, refused, type Topic } from "./refusal";

const ALONE = [{ name: "vrrp1", address: "10.30.100.101" }];
const MANY = Array.from({ length: 21 }, (_, i) => ({
    name: `h${i}`,
    address: `10.30.100.${101 + i}`,
    priority: i + 1,
}));
const PRIVATE = "-----BEGIN EC PRIVATE KEY-----\nMHcC";
const TWO_KEYS = `${PUBLIC_KEY}\n${PUBLIC_KEY}`;
const ANSWERS = "apiServers[0]), ... port 6442 the proxy's own answers";
/** A listener with one backend, named by the end of its address. */
const listening = (port: number, backend: string): Record<string, unknown> => ({
    "listeners[0]": { name: "etcd", port, backends: [`10.30.100.${backend}`] },
});
const INTERFACE = "the name of a network interface";

const OF_MACHINES: Line[] = [
    ["no host", { hosts: [] }, "at least two hosts"],
    ["one host", { hosts: ALONE }, "one alone is not highly available (allowSingleHost: true accepts it)"],
    ["more hosts than VRRP has use for", { hosts: MANY }, "at most 20 hosts; received 21"],
    ["a host that has the VIP", { "hosts[1].address": "10.30.100.100" }, "must not be the VIP"],
    ["another network", { "hosts[1].address": "10.30.101.102" }, 'network, 10.30.100.0/24; received "10.30.101'],
    ["the network's own address", { "hosts[0].address": "10.30.100.0" }, "network's own or broadcast"],
    ["the broadcast address", { "hosts[0].address": "10.30.100.255" }, "network's own or broadcast"],
    ["one address twice", { "hosts[1].address": "10.30.100.101" }, "distinct, and vrrp1 already has this one"],
    ["one name twice", { "hosts[1].name": "vrrp1" }, "distinct, and hosts[0].name already has this one"],
    ["one priority twice", { "hosts[0].priority": 9, "hosts[1].priority": 9 }, "and vrrp1 already ... received 9"],
    ["a priority another has by default", { "hosts[1].priority": 254 }, "distinct, and vrrp1"],
    ["an API server beside the proxy", { "hosts[0].address": "10.30.100.52" }, "apiServers[1] ... port 6443"],
    ["a backend beside it", listening(6001, "102:6001"), "backends[0]), ... port 6001", "hosts[1].address"],
    ["an API server beside the proxy's answers", { apiServers: ["10.30.100.101:6442"] }, ANSWERS, "hosts[0].address"],
    ["a backend beside nginx's checks", listening(2379, "102:6441"), "backends[0]), ... 6441", "hosts[1].address"],
    ["a name in capitals", { "hosts[0].name": "VRRP1" }, 'lower-case letters ... received "VRRP1"'],
    ["a name that begins with a digit", { "hosts[0].name": "1vrrp" }, "lower-case letters"],
    ["a name of 64 letters", { "hosts[0].name": "a".repeat(64) }, "lower-case letters"],
    ["a name with a line break", { "hosts[0].name": "vrrp1\n}" }, "lower-case letters"],
    ["a login that is a command", { "ssh.user": "root; reboot" }, 'Linux user name; received "root; reboot"'],
    ["two interfaces", { "hosts[0].interface": "ens18 ens19" }, "network interface, such as ens18"],
    ["an interface's name beyond the kernel's", { "hosts[0].interface": "abcdefghijklmnop" }, INTERFACE],
    ...[".", "..", "--help", "-e", "eth0@if2", "@interface@", "eth0.1@eth0", "a/b", "a:b"].map(
        (name): [string, Record<string, unknown>, string] => [
            `an interface named ${name}, which the kernel does not take or only shows`,
            { "hosts[0].interface": name },
            INTERFACE,
        ],
    ),
];

const OF_VMS: Line[] = [
    ["a fingerprint", { "hosts[0].hostKey": "SHA256:abc" }, '"ssh-ed25519 AAAA..."; received "SHA256:abc"'],
    ["a line of known_hosts", { "hosts[0].hostKey": `vrrp1 ${PUBLIC_KEY}` }, "public key such as"],
    ["a private key", { "ssh.authorizedKeys[0]": PRIVATE }, "received a private key, which is not shown"],
    ["two keys in one line", { "ssh.authorizedKeys[0]": TWO_KEYS }, "public key such as"],
];

export const HOSTS: Topic = {
    refused: [...refused(existingMachines, OF_MACHINES), ...refused(virtualMachines, OF_VMS)],
    accepted: [
        ...accepted(existingMachines, [
            ["one host that may be alone", { hosts: ALONE, allowSingleHost: true }],
            ["an API server's host with another port in front", { "hosts[0].address": "10.30.100.52", port: 8443 }],
            ["an API server's host and the VIP's port", { "hosts[0].address": "10.30.100.52", listenOn: "vip" }],
            ["HAProxy beside the port nginx uses", { engine: "haproxy", apiServers: ["10.30.100.101:6441"] }],
        ]),
    ],
};
