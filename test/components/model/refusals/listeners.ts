/** Listeners: their names, ports and backends, and what is for some of them only. */
import type { Inputs } from "../../../../components/model/inputs";
import { existingMachines } from "../../support";
import { accepted, type Line, refused, type Topic } from "./refusal";

const etcd = { name: "etcd", port: 4001, backends: ["10.30.100.51", "10.30.100.52"], backendPort: 6001 };
const PROTOCOL = "listeners[0].protocol";
const listening = (): Inputs => existingMachines({ listeners: [{ ...etcd }] });

const OF_MACHINES: Line[] = [
    ["the port the proxy answers on", { port: 6442 }, "must not be 6441 or 6442"],
    ["the port API servers' health is asked on", { port: 6441 }, "must not be 6441 or 6442"],
    ["the SSH server's port", { port: 22 }, "must not be 22, where the hosts' SSH server listens (ssh.port)"],
    ["the SSH server's, moved", { "ssh.port": 2222, port: 2222 }, "must not be 2222"],
    ["nginx's seconds with HAProxy", { engine: "haproxy", "balancing.failTimeout": 3 }, "nginx only: HAProxy checks"],
    ["a path longer than nginx reads", { "balancing.healthCheck.path": `/${"a".repeat(1000)}` }, "at most 1000"],
];

const OF_LISTENERS: Line[] = [
    ["the SSH server's port for a listener", { "listeners[0].port": 22 }, "must not be 22"],
    ["the API's port", { "listeners[0].port": 6443 }, "must be distinct, and kube-api already has this one"],
    ["the API's name", { "listeners[0].name": "kube-api" }, "distinct, and the Kubernetes API already"],
    ["a slash in a name, part of a path", { "listeners[0].name": "a/b" }, "lower-case letters, digits"],
    ["no backend", { "listeners[0].backends": [] }, "at least one backend"],
    ["a backend's name", { "listeners[0].backends[0]": "etcd1.example.com" }, "IP address such as"],
    ["a backend's port in words", { "listeners[0].backends[0]": "10.30.100.51:http" }, "from 1 to 65535"],
    ["a backend at an edge", { "listeners[0].backends[1]": "10.30.100.255" }, "network's own or broadcast"],
    ["one backend twice", { "listeners[0].backends[1]": "10.30.100.51:6001" }, "listeners[0].backends[0] already"],
    ["the VIP as backend", { "listeners[0].backends": ["10.30.100.100"] }, "would forward to itself"],
    ["checks of datagrams", { [PROTOCOL]: "udp", "listeners[0].balancing.healthCheck": {} }, "for TCP only"],
    ["a path for backends", { "listeners[0].balancing.healthCheck.path": "/" }, "for the Kubernetes API only"],
    ["UDP with HAProxy", { engine: "haproxy", [PROTOCOL]: "udp" }, "haproxy, which forwards no UDP"],
    ["nginx's counting with HAProxy", { engine: "haproxy", "listeners[0].balancing.maxFails": 3 }, "nginx only"],
];

export const LISTENERS: Topic = {
    refused: [...refused(existingMachines, OF_MACHINES), ...refused(listening, OF_LISTENERS)],
    accepted: accepted(listening, [
        ["one port for TCP and for UDP", { "listeners[1]": { ...etcd, name: "dns", protocol: "udp" } }],
        ["datagrams on the SSH server's port", { "listeners[0].port": 22, "listeners[0].protocol": "udp" }],
    ]),
};
