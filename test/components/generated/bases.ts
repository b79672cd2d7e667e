/** Valid inputs between which every input is given, or can be: which of them are used depends on the others. */
import type { Inputs } from "../../../components/model/inputs";
import {
    announcedByBgp,
    CERTIFICATE,
    dualStack,
    existingMachines,
    layer7,
    PUBLIC_KEY,
    virtualMachines,
} from "../support";

const LISTENER: NonNullable<Inputs["listeners"]>[number] = {
    name: "etcd",
    port: 2379,
    backends: ["10.30.100.51", "10.30.100.52:6001"],
    backendPort: 6000,
    protocol: "tcp",
    balancing: { healthCheck: { interval: 1 } },
};
const CHECK = { interval: 1, timeout: 1, fall: 1, rise: 1 };
const VIP = {
    name: "ingress",
    address: "10.30.100.110",
    prefers: "vrrp2",
    preempt: true,
    preemptDelay: 60,
    routerId: 9,
};
const TEMPLATE = { vmId: 9000 };
const firewall = (): object => ({ firewall: true, firewallSshSources: ["10.30.0.0/16"] });
const IMAGE = { url: "https://images.example.com/debian-12.qcow2", checksum: "ab".repeat(32) };

const everyPart = (): object => ({
    bios: "ovmf",
    efiDisk: {},
    extraNetworkDevices: [{ bridge: "vmbr1", address: "10.40.0.11/24" }],
    memory: 4194304,
});

/** Two VMs, the first with settings of its own. */
const machines = (own: object, shared: object, over: Partial<Inputs> = {}): Inputs =>
    virtualMachines({
        hosts: [
            { name: "vrrp1", address: "10.30.100.101", virtualMachine: { ...own } },
            { name: "vrrp2", address: "10.30.100.102", virtualMachine: { node: "pve2" } },
        ],
        virtualMachines: { node: "pve1", gateway: "10.30.100.1", ...shared },
        ...over,
    });

/** The first host is a VM, the second a machine that was there before. */
const managed = (own: object, shared: object): Inputs =>
    machines(
        own,
        { template: TEMPLATE, ...shared },
        {
            hosts: [
                { name: "vrrp1", address: "10.30.100.101", virtualMachine: { ...own } },
                { name: "vrrp2", address: "10.30.100.102" },
            ],
        },
    );

/** Sets with something in every group, by what is particular about each. */
export const FULL: Record<string, () => Inputs> = {
    "VMs, VRRP version 2": () =>
        machines(
            firewall(),
            { template: TEMPLATE, ...firewall() },
            {
                allowedClients: ["10.30.0.0/16"],
                vips: [{ ...VIP }],
                listeners: [{ ...LISTENER }],
                vrrp: { version: 2, authentication: "password", hasPassword: true, check: { ...CHECK } },
                nginx: { source: "nginx.org" },
                balancing: { healthCheck: {} },
                logs: {},
                metrics: { enabled: true },
                haproxy: {},
            },
        ),
    "layer 7 with an issuer": () =>
        layer7({
            vips: [{ ...VIP }],
            listeners: [{ ...LISTENER, protocol: "udp", balancing: {} }],
            nginx: { source: "container", container: { image: "docker.io/library/nginx:1" } },
            vrrp: { preempt: true, check: { kind: "process" } },
            ssh: { authorizedKeys: [PUBLIC_KEY] },
            tls: {
                issuer: { certificate: CERTIFICATE },
                clientCertificate: CERTIFICATE,
                hasClientPrivateKey: true,
                clientCertificateAuthority: CERTIFICATE,
            },
        }),
    "HAProxy on the VIP": () =>
        machines(
            {},
            { template: TEMPLATE },
            {
                engine: "haproxy",
                vips: [{ ...VIP }],
                listeners: [{ ...LISTENER, vip: "ingress" }],
                haproxy: {},
                tls: { certificate: CERTIFICATE, hasPrivateKey: true },
                listenOn: "vip",
            },
        ),
    BGP: () =>
        announcedByBgp({
            vip6: "2001:db8:40::10",
            hosts: [
                { name: "vrrp1", address: "10.30.100.101", address6: "2001:db8:30:100::101" },
                { name: "vrrp2", address: "10.30.100.102", address6: "2001:db8:30:100::102" },
            ],
            bgp: {
                localAs: 64512,
                peers: [
                    { address: "10.30.100.1", as: 64513 },
                    { address: "2001:db8:30:100::1", as: 64513, hasPassword: true },
                ],
                bfd: {},
            },
        }),
};

/** And those between which every input can be at its limits. */
export const BASES: Record<string, () => Inputs> = {
    ...FULL,
    "VMs with settings of their own only": () => {
        const own = { node: "pve1", gateway: "10.30.100.1", template: TEMPLATE };
        return virtualMachines({
            hosts: [
                { name: "vrrp1", address: "10.30.100.101", virtualMachine: { ...own } },
                { name: "vrrp2", address: "10.30.100.102", virtualMachine: { ...own } },
            ],
            virtualMachines: {},
        });
    },
    "a VM of an image with firmware and a second device": () => machines(everyPart(), { image: IMAGE }),
    "the same for all VMs, of which there is one": () =>
        machines(
            {},
            { image: IMAGE, ...everyPart() },
            {
                hosts: [
                    { name: "vrrp1", address: "10.30.100.101", virtualMachine: {} },
                    { name: "vrrp2", address: "10.30.100.102" },
                ],
            },
        ),
    "VMs of an image that is there": () => machines({}, { image: { volumeId: "local:import/debian-12.qcow2" } }),
    "a VM of such an image": () =>
        machines({ image: { volumeId: "local:import/debian-12.qcow2" } }, { template: TEMPLATE }),
    "VMs of an image": () => machines({}, { image: IMAGE }),
    "the only VM, under high availability of its own": () => managed({ highAvailability: {} }, {}),
    "the only VM, under high availability": () => managed({}, { highAvailability: {} }),
    "a VM of a template of its own": () => machines({ template: TEMPLATE }, { image: IMAGE }),
    "a VM of an image of its own": () => machines({ image: IMAGE }, { template: TEMPLATE }),
    "layer 7 with a certificate": () => layer7(),
    "several VIPs of both families": () => dualStack({ vips: [{ ...VIP, address6: "2001:db8:30:100::110" }] }),
    "a VIP that prefers a host and does not return": () =>
        existingMachines({ vips: [{ name: "ingress", address: "10.30.100.110", prefers: "vrrp2" }] }),
    "BGP with IPv6 alone": () =>
        announcedByBgp({
            vip: "fd00:40::10",
            apiServers: ["2001:db8:30:100::51"],
            hosts: [
                { name: "vrrp1", address: "2001:db8:30:100::101" },
                { name: "vrrp2", address: "2001:db8:30:100::102" },
            ],
            bgp: { localAs: 64512, peers: [{ address: "2001:db8:30:100::103", as: 64513 }], prefixLength: 64 },
        }),
    preemption: () => existingMachines({ vrrp: { preempt: true } }),
    "nothing but what is required": () => existingMachines(),
};
