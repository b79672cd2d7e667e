/** What the component's tests share: good inputs to start from, problems as data. */
import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { Inputs } from "../../components/model/inputs";
import type { HostModel, Model } from "../../components/model/model";
import { resolveModel } from "../../components/model/resolve";
import { problemsIn } from "../../components/spec/problems";

/** Whole, as Proxmox has it checked. */
export const PUBLIC_KEY = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${"A".repeat(43)}`;

/** A complete, valid set of inputs for machines that exist already; `over` replaces whole top-level keys. */
export function existingMachines(over: Partial<Inputs> = {}): Inputs {
    return {
        vip: "10.30.100.100/24",
        apiServers: ["10.30.100.51", "10.30.100.52", "10.30.100.53"],
        hosts: [
            { name: "vrrp1", address: "10.30.100.101" },
            { name: "vrrp2", address: "10.30.100.102" },
        ],
        ssh: {},
        ...over,
    };
}

/** The same with an IPv6 address beside each IPv4 one, and API servers of both families. */
export function dualStack(over: Partial<Inputs> = {}): Inputs {
    return existingMachines({
        vip6: "2001:db8:30:100::100/64",
        apiServers: ["10.30.100.51", "2001:db8:30:100::52", "[2001:db8:30:100::53]:6444"],
        hosts: [
            { name: "vrrp1", address: "10.30.100.101", address6: "2001:db8:30:100::101" },
            { name: "vrrp2", address: "10.30.100.102", address6: "2001:db8:30:100::102" },
        ],
        ...over,
    });
}

/** The API and an ingress, each at a VIP of its own, and preferred by another host. */
export function apiAndIngress(over: Partial<Inputs> = {}): Inputs {
    return existingMachines({
        vips: [{ name: "edge-ingress", address: "10.30.100.110/24", prefers: "vrrp2" }],
        vrrp: { preempt: true, preemptDelay: 30 },
        listenOn: "vip",
        listeners: [{ name: "https", vip: "edge-ingress", port: 6443, backends: ["10.30.100.61"], backendPort: 30443 }],
        ...over,
    });
}

/** The same without IPv4. */
export function ipv6Only(over: Partial<Inputs> = {}): Inputs {
    return existingMachines({
        vip: "2001:db8:30:100::64/64",
        apiServers: ["2001:db8:30:100::51", "2001:db8:30:100::52"],
        hosts: [
            { name: "vrrp1", address: "2001:db8:30:100::101" },
            { name: "vrrp2", address: "2001:db8:30:100::102" },
        ],
        ...over,
    });
}

/** The same with a VIP that all hosts announce to a router. */
export function announcedByBgp(over: Partial<Inputs> = {}): Inputs {
    return existingMachines({
        vip: "172.30.0.10",
        announcement: "bgp",
        bgp: { localAs: 64512, peers: [{ address: "10.30.100.1", as: 64513 }] },
        ...over,
    });
}

/** The same with a VIP of each family, a router for each, and a password of one of them. */
export function bgpDualStack(over: Partial<Inputs> = {}): Inputs {
    const { vip6: _, vip: __, ...both } = dualStack();
    return announcedByBgp({
        ...both,
        vip6: "2001:db8:40::10",
        bgp: {
            localAs: 64512,
            peers: [
                { address: "10.30.100.1", as: 64513, hasPassword: true },
                { address: "2001:db8:30:100::1", as: 64513 },
            ],
        },
        ...over,
    });
}

/** The same with two VMs cloned from a template. */
export function virtualMachines(over: Partial<Inputs> = {}): Inputs {
    return existingMachines({
        hosts: [
            { name: "vrrp1", address: "10.30.100.101", virtualMachine: { node: "pve1", vmId: 1101 } },
            { name: "vrrp2", address: "10.30.100.102", virtualMachine: { node: "pve2", vmId: 1102 } },
        ],
        virtualMachines: {
            template: { vmId: 9000, node: "pve1" },
            gateway: "10.30.100.1",
            nameservers: ["10.30.100.1"],
        },
        ssh: { user: "ops", authorizedKeys: [PUBLIC_KEY] },
        ...over,
    });
}

/** For 10.30.100.100, api.example.com and kubernetes, good until 2126; its key was thrown away. */
export const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBtzCCAV6gAwIBAgIUIDX1tpQ2WK1Otl9xfoAc3brxc6YwCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwOa3ViZS1hcGlzZXJ2ZXIwIBcNMjYxMTIxMDYyMTUwWhgPMjEy
NjEwMjgwNjIxNTBaMBkxFzAVBgNVBAMMDmt1YmUtYXBpc2VydmVyMFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEuZGLDMWmANgfbHydc1YpQ3Q2+EipJZAxAR1imdbx
1lNM878nlqHy0jeyrKzCV2tDxVFizleLLWQzu4EMr7A/WKOBgTB/MB0GA1UdDgQW
BBRic2NTirtC+3nAYCljXv1YGlnkKzAfBgNVHSMEGDAWgBRic2NTirtC+3nAYClj
Xv1YGlnkKzAPBgNVHRMBAf8EBTADAQH/MCwGA1UdEQQlMCOHBAoeZGSCD2FwaS5l
eGFtcGxlLmNvbYIKa3ViZXJuZXRlczAKBggqhkjOPQQDAgNHADBEAiA/bjgaM9Fr
lwaDqiQrLCBOFxV6Kh8LVx/XZLXbcj2f2QIgAxLXNk4jESuZRfKEQ2g+C2p0dNSc
M6bDmg8vY1ZPv6A=
-----END CERTIFICATE-----
`;

/** Machines that exist already, with TLS that ends at the load balancer. */
export function layer7(over: Partial<Inputs> = {}): Inputs {
    return existingMachines({
        layer: 7,
        clusterCertificateAuthority: CERTIFICATE,
        tls: { certificate: CERTIFICATE, hasPrivateKey: true },
        ...over,
    });
}

/** Puts a value where a path says (`hosts[1].address`, as in error messages), making what is missing on the way. */
export function place(inputs: object, path: string, value: unknown): void {
    const keys = path.split(/[.[\]]+/).filter((key) => key !== "");
    const last = keys.pop()!;
    let inside = inputs as Record<string, unknown>;
    keys.forEach((key, index) => {
        inside = (inside[key] ??= /^\d+$/.test(keys[index + 1] ?? last) ? [] : {}) as Record<string, unknown>;
    });
    inside[last] = value;
}

/** A copy of the inputs with one value replaced; the value itself is not copied. */
export function withValue(inputs: Inputs, path: string, value: unknown): Inputs {
    const copy = structuredClone(inputs);
    place(copy, path, value);
    return copy;
}

export function modelOf(inputs: Inputs = existingMachines()): Model {
    return resolveModel(inputs);
}

export function firstHost(model: Model): HostModel {
    return model.hosts[0]!;
}

export interface Refusal {
    message: string;
    problems: { path: string; reason: string }[];
}

/**
 * How the inputs are refused; fails when they are accepted or when anything but the one error for bad inputs is thrown.
 */
export function refusalOf(inputs: Inputs): Refusal {
    try {
        resolveModel(inputs);
    } catch (error) {
        const problems = problemsIn(error);
        if (problems === undefined) throw error;
        return { message: (error as Error).message, problems };
    }
    return assert.fail("these inputs were accepted");
}

/** The inputs are refused for exactly this reason, and for nothing else. */
export function assertRefused(inputs: Inputs, path: string, reason: RegExp): void {
    const { problems, message } = refusalOf(inputs);
    assert.deepEqual(
        problems.map((problem) => problem.path),
        [path],
        message,
    );
    assert.match(problems[0]!.reason, reason);
    assert.ok(message.includes(`${path}: ${problems[0]!.reason}`), message);
}

const octets = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });

/**
 * Any valid set of inputs: addresses of one /24, some hosts VMs of either kind, every optional setting sometimes given.
 */
export function validInputs(): fc.Arbitrary<Inputs> {
    return fc
        .record({
            network: fc.tuple(octets(1, 126), octets(0, 255), octets(0, 255)).filter(([first]) => first !== 127),
            last: fc.uniqueArray(octets(2, 254), { minLength: 7, maxLength: 12 }),
            hostCount: octets(2, 4),
            port: octets(1, 65535).filter((port) => ![22, 6441, 6442].includes(port)),
            serverPort: octets(1, 65535),
            kinds: fc.array(fc.constantFrom("template", "image", "existing"), { minLength: 4, maxLength: 4 }),
            priorities: fc.option(fc.uniqueArray(octets(1, 254), { minLength: 4, maxLength: 4 }), { nil: undefined }),
            vrrp: fc.record(
                {
                    routerId: octets(1, 255),
                    advertisementInterval: fc.integer({ min: 5, max: 4000 }).map((hundredths) => hundredths / 100),
                    preempt: fc.boolean(),
                    gratuitousArpRefresh: octets(0, 86400),
                },
                { requiredKeys: [] },
            ),
            nginx: fc.record(
                {
                    workerConnections: octets(512, 1048576),
                    extraConfiguration: fc.constantFrom("", "allow 10.0.0.0/8;", "allow 10.0.0.0/8;\n\ndeny all;\n"),
                },
                { requiredKeys: [] },
            ),
        })
        .map(({ network, last, hostCount, port, serverPort, kinds, priorities, vrrp, nginx }) => {
            const address = (index: number): string => `${network.join(".")}.${last[index]!}`;
            const machine = (index: number): Pick<Inputs["hosts"][number], "virtualMachine"> => {
                if (kinds[index] === "existing") return {};
                const source =
                    kinds[index] === "template"
                        ? { template: { vmId: 9000 } }
                        : { image: { url: "https://images.example.com/debian-12.qcow2", checksum: "ab".repeat(32) } };
                return { virtualMachine: { node: `pve${index}`, vmId: 1000 + index, ...source } };
            };
            return {
                vip: `${address(0)}/24`,
                port,
                apiServers: last
                    .slice(1 + hostCount)
                    .map((_, index) =>
                        index % 2 === 0
                            ? address(1 + hostCount + index)
                            : `${address(1 + hostCount + index)}:${serverPort}`,
                    ),
                hosts: Array.from({ length: hostCount }, (_, index) => ({
                    name: `vrrp${index + 1}`,
                    address: address(1 + index),
                    ...machine(index),
                    ...(priorities === undefined ? {} : { priority: priorities[index]! }),
                })),
                ...(kinds.slice(0, hostCount).every((kind) => kind === "existing")
                    ? {}
                    : { virtualMachines: { gateway: `${network.join(".")}.1` } }),
                ssh: { authorizedKeys: [PUBLIC_KEY] },
                vrrp,
                nginx,
            };
        });
}
