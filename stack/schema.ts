/** The form of the stack's configuration. Values are checked by the component; here only names and types, so that a typing mistake has a name. */
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
    datastore: z.string().optional(),
    bridge: z.string().optional(),
    vlanId: z.number().optional(),
    gateway: z.string().optional(),
    nameservers: z.array(z.string()).optional(),
    searchDomain: z.string().optional(),
    tags: z.array(z.string()).optional(),
    guestAgent: z.boolean().optional(),
});

const host = z.strictObject({
    name: z.string(),
    address: z.string(),
    priority: z.number().optional(),
    interface: z.string().optional(),
    hostKey: z.string().optional(),
    virtualMachine: virtualMachine.optional(),
});

/** Keys of the stack configuration, as Pulumi.yaml describes them. */
export const stackSchema = z.strictObject({
    vip: z.string().min(1),
    port: z.number(),
    apiServers: z.array(z.string()).min(1),
    apiServerPort: z.number(),
    hosts: z.array(host).min(1),
    virtualMachines: virtualMachine,
    ssh: z.strictObject({
        user: z.string().optional(),
        port: z.number().optional(),
        privateKeyFile: z.string().optional(),
        publicKeyFile: z.string().optional(),
    }),
    vrrp: z.strictObject({
        routerId: z.number().optional(),
        advertisementInterval: z.number().optional(),
        preempt: z.boolean().optional(),
        gratuitousArpRefresh: z.number().optional(),
    }),
    nginx: z.strictObject({
        source: z.enum(["distribution", "nginx.org"]).optional(),
        channel: z.enum(["stable", "mainline"]).optional(),
        repository: z.string().optional(),
        signingKeyFingerprints: z.array(z.string()).optional(),
        connectTimeout: z.number().optional(),
        idleTimeout: z.number().optional(),
        workerConnections: z.number().optional(),
        extraConfiguration: z.string().optional(),
    }),
    allowSingleHost: z.boolean(),
    proxmox: z.strictObject({ endpoint: z.string().optional(), insecure: z.boolean().optional() }),
});

export type StackConfig = z.infer<typeof stackSchema>;

/** Keys that are read apart, since they are secrets. */
export const secretKeys = ["sshPrivateKey", "proxmoxApiToken"];

/** What to type when a required key is missing. */
export const examples: Partial<Record<keyof StackConfig, string>> = {
    vip: "pulumi config set vip 10.30.100.100/24",
    apiServers: "pulumi config set --path 'apiServers[0]' 10.30.100.51",
    hosts: "pulumi config set --path 'hosts[0].name' vrrp1 && pulumi config set --path 'hosts[0].address' 10.30.100.101",
};
