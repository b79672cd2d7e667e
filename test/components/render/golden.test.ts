import type { Inputs } from "../../../components/model/inputs";
import { assertGoldenHost } from "../goldenHost";
import {
    announcedByBgp,
    apiAndIngress,
    bgpDualStack,
    CERTIFICATE,
    dualStack,
    existingMachines,
    ipv6Only,
    layer7,
    modelOf,
} from "../support";

const everythingSet = existingMachines({
    vip: "10.30.100.100/26",
    port: 443,
    apiServers: ["10.30.100.51:6444"],
    hosts: [
        { name: "vrrp1", address: "10.30.100.101", interface: "ens18" },
        { name: "vrrp2", address: "10.30.100.102", interface: "ens18", priority: 200 },
        { name: "vrrp3", address: "10.30.100.103", interface: "eth0", priority: 100 },
    ],
    vrrp: { routerId: 7, advertisementInterval: 1, preempt: true, gratuitousArpRefresh: 0 },
    metrics: { enabled: true, proxyListenOn: "host", proxyPort: 8406, allowedClients: ["10.30.5.0/24", "192.0.2.7"] },
    nginx: { source: "nginx.org", workerConnections: 1024, extraConfiguration: "allow 10.0.0.0/8;\ndeny all;" },
});
const userIdentities = layer7({
    tls: {
        certificate: CERTIFICATE,
        hasPrivateKey: true,
        clientCertificate: CERTIFICATE,
        hasClientPrivateKey: true,
        clientCertificateAuthority: CERTIFICATE,
    },
    listeners: [{ name: "etcd", port: 4001, backends: ["10.30.100.51:6001"] }],
});
const inContainer = (runtime: "podman" | "docker"): Inputs => {
    const image = `registry.example.com/library/nginx@sha256:${"0123456789abcdef".repeat(4)}`;
    return existingMachines({ nginx: { source: "container", container: { image, runtime } } });
};

const SOME_CLIENTS = { allowedClients: ["10.30.0.0/16", "192.0.2.7"] };
const AT_LOOPBACK = { enabled: true, proxyListenOn: "loopback" as const };
const AT_HOST = { enabled: true, proxyListenOn: "host" as const, allowedClients: ["2001:db8:5::/48"] };
const DNS = { name: "dns", port: 53, protocol: "udp" as const, backends: ["10.30.100.61"] };

const SETS: [set: string, inputs: Inputs, hosts: string[]][] = [
    ["two-hosts", existingMachines(), ["vrrp1", "vrrp2"]],
    ["everything-set", everythingSet, ["vrrp1", "vrrp3"]],
    [
        "one-host",
        existingMachines({ hosts: [{ name: "vrrp1", address: "10.30.100.101" }], allowSingleHost: true }),
        ["vrrp1"],
    ],
    ["layer-7", layer7(), ["vrrp1"]],
    ["layer-7-user-identities", userIdentities, ["vrrp1"]],
    ["haproxy-on-the-vip", existingMachines({ engine: "haproxy", listenOn: "vip" }), ["vrrp1"]],
    ["layer-7-allowed-clients", layer7({ ...SOME_CLIENTS, listeners: [DNS], metrics: AT_LOOPBACK }), ["vrrp1"]],
    ["haproxy-allowed-clients", existingMachines({ ...SOME_CLIENTS, engine: "haproxy" }), ["vrrp1"]],
    ["dual-stack", dualStack(), ["vrrp1"]],
    ["ipv6-haproxy", ipv6Only({ engine: "haproxy", metrics: AT_HOST }), ["vrrp2"]],
    ["several-vips", apiAndIngress(), ["vrrp1", "vrrp2"]],
    ["bgp", announcedByBgp(), ["vrrp1"]],
    [
        "bgp-dual-stack-haproxy",
        bgpDualStack({ engine: "haproxy", listenOn: "vip", metrics: { enabled: true } }),
        ["vrrp2"],
    ],
    ["container-podman", inContainer("podman"), ["vrrp1"]],
    ["container-docker", inContainer("docker"), ["vrrp1"]],
];

describe("what a host gets, kept word for word in test/components/golden:", () => {
    for (const [set, inputs, hosts] of SETS)
        for (const host of hosts) it(`${set}/${host}`, () => assertGoldenHost(set, modelOf(inputs), host));
});
