/**
 * The form of the stack's configuration. Values are checked by the component; here only names and types, so that a
 * typing mistake has a name.
 */
import { z } from "zod";

const template = z.strictObject({ vmId: z.number(), node: z.string().optional() });

const image = z.strictObject({
    url: z.string(),
    checksum: z.string(),
    checksumAlgorithm: z.string().optional(),
    fileName: z.string().optional(),
    datastore: z.string().optional(),
});

const virtualMachine = z.strictObject({
    node: z.string().optional(),
    vmId: z.number().optional(),
    template: template.optional(),
    image: image.optional(),
    cores: z.number().optional(),
    cpuType: z.string().optional(),
    memory: z.number().optional(),
    diskSize: z.number().optional(),
    diskInterface: z.string().optional(),
    datastore: z.string().optional(),
    bridge: z.string().optional(),
    vlanId: z.number().optional(),
    gateway: z.string().optional(),
    nameservers: z.array(z.string()).optional(),
    searchDomain: z.string().optional(),
    tags: z.array(z.string()).optional(),
    guestAgent: z.boolean().optional(),
    upgradeOnFirstBoot: z.boolean().optional(),
});

const host = z.strictObject({
    name: z.string(),
    address: z.string(),
    priority: z.number().optional(),
    interface: z.string().optional(),
    hostKey: z.string().optional(),
    initialState: z.enum(["backup", "master"]).optional(),
    virtualMachine: virtualMachine.optional(),
});

const balancing = z.strictObject({
    method: z.enum(["leastConnections", "roundRobin"]).optional(),
    maxFails: z.number().optional(),
    failTimeout: z.number().optional(),
    connectTimeout: z.number().optional(),
    idleTimeout: z.number().optional(),
    healthCheck: z
        .strictObject({
            path: z.string().optional(),
            interval: z.number().optional(),
            timeout: z.number().optional(),
            fall: z.number().optional(),
            rise: z.number().optional(),
        })
        .optional(),
});

const listener = z.strictObject({
    name: z.string(),
    port: z.number(),
    protocol: z.enum(["tcp", "udp"]).optional(),
    backends: z.array(z.string()),
    backendPort: z.number().optional(),
    balancing: balancing.optional(),
});

/**
 * Keys are read from files, or from secrets of the configuration: tlsPrivateKey, tlsClientPrivateKey,
 * tlsIssuerPrivateKey.
 */
const tls = z.strictObject({
    certificateFile: z.string().optional(),
    privateKeyFile: z.string().optional(),
    issuer: z
        .strictObject({
            certificateFile: z.string(),
            privateKeyFile: z.string().optional(),
            dnsNames: z.array(z.string()).optional(),
            validityDays: z.number().optional(),
            renewalDays: z.number().optional(),
        })
        .optional(),
    // Without quotes YAML has it that 1.2 is a number.
    minimumVersion: z.union([z.string(), z.number()]).transform(String).optional(),
    clientCertificateFile: z.string().optional(),
    clientPrivateKeyFile: z.string().optional(),
    clientCertificateAuthorityFile: z.string().optional(),
    apiServerName: z.string().optional(),
});

/** Keys of the stack configuration, as Pulumi.yaml describes them. */
export const stackSchema = z.strictObject({
    vip: z.string().min(1),
    port: z.number(),
    apiServers: z.array(z.string()).min(1),
    apiServerPort: z.number(),
    hosts: z.array(host).min(1),
    virtualMachines: virtualMachine,
    dnsServers: z.array(z.string()),
    listenOn: z.enum(["all", "vip"]),
    engine: z.enum(["nginx", "haproxy"]),
    layer: z.number(),
    balancing,
    listeners: z.array(listener),
    clusterCertificateAuthorityFile: z.string(),
    tls: tls.optional(),
    logs: z.strictObject({ connectionFormat: z.string().optional(), requestFormat: z.string().optional() }),
    ssh: z.strictObject({
        user: z.string().optional(),
        port: z.number().optional(),
        privateKeyFile: z.string().optional(),
        publicKeyFile: z.string().optional(),
    }),
    vrrp: z.strictObject({
        routerId: z.number().optional(),
        profile: z.enum(["fast", "balanced", "tolerant"]).optional(),
        advertisementInterval: z.number().optional(),
        preempt: z.boolean().optional(),
        gratuitousArpRefresh: z.number().optional(),
        version: z.number().optional(),
        transport: z.enum(["unicast", "multicast"]).optional(),
        authentication: z.enum(["none", "password"]).optional(),
        trackProxy: z.boolean().optional(),
        switchover: z.enum(["graceful", "immediate"]).optional(),
        check: z
            .strictObject({
                kind: z.enum(["answer", "process", "api"]).optional(),
                interval: z.number().optional(),
                timeout: z.number().optional(),
                weight: z.number().optional(),
                fall: z.number().optional(),
                rise: z.number().optional(),
            })
            .optional(),
        scriptUser: z.string().optional(),
    }),
    nginx: z.strictObject({
        source: z.enum(["distribution", "nginx.org", "container"]).optional(),
        channel: z.enum(["stable", "mainline"]).optional(),
        repository: z.string().optional(),
        signingKeyFingerprints: z.array(z.string()).optional(),
        container: z
            .strictObject({
                image: z.string(),
                runtime: z.enum(["podman", "docker"]).optional(),
                user: z.string().optional(),
            })
            .optional(),
        workerConnections: z.number().optional(),
        extraConfiguration: z.string().optional(),
    }),
    haproxy: z.strictObject({ maxConnections: z.number().optional(), extraConfiguration: z.string().optional() }),
    kubeconfigFile: z.string(),
    allowSingleHost: z.boolean(),
    verify: z.boolean(),
    repairTrigger: z.string(),
    packageUpgradeTrigger: z.string(),
    proxmox: z.strictObject({ endpoint: z.string().optional(), insecure: z.boolean().optional() }),
});

export type StackConfig = z.infer<typeof stackSchema>;

/** Keys that are read apart, since they are secrets. */
export const secretKeys = [
    "sshPrivateKey",
    "proxmoxApiToken",
    "vrrpPassword",
    "tlsPrivateKey",
    "tlsClientPrivateKey",
    "tlsIssuerPrivateKey",
    "kubeconfig",
];

/** What to type when a required key is missing. */
export const examples: Partial<Record<keyof StackConfig, string>> = {
    vip: "pulumi config set vip 10.30.100.100/24",
    apiServers: "pulumi config set --path 'apiServers[0]' 10.30.100.51",
    hosts:
        "pulumi config set --path 'hosts[0].name' vrrp1 && pulumi config set --path 'hosts[0].address' " +
        "10.30.100.101",
};
