/** Metrics: settings that nothing would use, and ports that are not free. */
import type { Inputs } from "../../../../components/model/inputs";
import { existingMachines, virtualMachines } from "../../support";
import { accepted, type Line, refused, type Topic } from "./refusal";

const listening = (): Inputs =>
    existingMachines({
        metrics: { enabled: true, proxyListenOn: "host" },
        listeners: [{ name: "etcd", port: 4001, backends: ["10.30.100.51"], backendPort: 6001 }],
    });
const PORT = "metrics.proxyPort";
const CLIENTS = "metrics.allowedClients";

const WITHOUT: Line[] = [
    ["the proxy's without the others", { "metrics.proxyListenOn": "loopback" }, "must be none unless metrics.enabled"],
    ["clients of metrics that are not there", { [CLIENTS]: ["10.30.5.0/24"] }, "is only used with metrics.enabled"],
    [
        "clients where only node-exporter is asked",
        { "metrics.enabled": true, [CLIENTS]: ["10.30.5.0/24"] },
        "nothing else asks who the clients are ... 10.30.5.0/24",
    ],
    ["an address to listen on", { "metrics.proxyListenOn": "10.30.100.101" }, "must be one of none, loopback, host"],
];

const OF_PROXY: Line[] = [
    ["the API's port", { [PORT]: 6443 }, "another port: the listener kube-api has this one; received 6443"],
    ["a listener's port", { [PORT]: 4001 }, "the listener etcd has this one"],
    ["the port the proxy answers on", { [PORT]: 6442 }, "the proxy for its own answers has this one"],
    ["the SSH server's port", { [PORT]: 22 }, "the hosts' SSH server has this one"],
    ["node-exporter's port", { [PORT]: 9100 }, "node-exporter has this one"],
    [
        "the port of a backend on a host",
        { "listeners[0].backends": ["10.30.100.102:8405"] },
        "a backend of etcd on a host has this one",
        PORT,
    ],
    ["no clients", { [CLIENTS]: [] }, "at least one network or address"],
    ["clients by an address in their network", { [CLIENTS]: ["10.30.5.7/24"] }, "own address", `${CLIENTS}[0]`],
];

export const METRICS: Topic = {
    refused: [...refused(existingMachines, WITHOUT), ...refused(listening, OF_PROXY)],
    accepted: [
        ...accepted(listening, [
            ["a listener's port of datagrams", { "listeners[0].protocol": "udp", [PORT]: 4001 }],
            ["clients of the host's own address", { [CLIENTS]: ["10.30.5.0/24", "10.30.100.7"] }],
        ]),
        ...accepted(existingMachines, [["a listener on a port that nothing tells metrics on", { port: 8405 }]]),
        ...accepted(virtualMachines, [
            [
                "clients that Proxmox's firewall lets in",
                { "virtualMachines.firewall": true, metrics: { enabled: true, allowedClients: ["10.30.5.0/24"] } },
            ],
        ]),
    ],
};
