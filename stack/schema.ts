/**
 * The form of the stack's configuration: the component's inputs, and what a stack has besides. Values are checked by
 * the component; here only names and types, so that a typing mistake has a name.
 */
import { z } from "zod";
import { bgpSpec } from "../components/inputs/bgp";
import { loadBalancerSpec, sshSpec } from "../components/inputs/loadBalancer";
import { tlsSpec } from "../components/inputs/tls";
import { vrrpSpec } from "../components/inputs/vrrp";
import type { Spec } from "../components/spec/kinds";
import { omit } from "../components/spec/omit";
import { keyOf, type KeysOf, shapeOf, zodOf } from "./zodOf";

/** Inputs whose keys have another form than the input. */
const ssh = omit(sshSpec, "privateKey", "authorizedKeys");
const vrrp = omit(vrrpSpec, "password");
const inputs = omit(loadBalancerSpec, "ssh", "vrrp", "tls");

type Inputs = KeysOf<typeof inputs>;

/** Every key has a value, since Pulumi.yaml gives it one; but for tls, and what is nothing when it is empty. */
export interface StackConfig extends Required<Omit<Inputs, "allowedClients" | "vip6" | "bgp">> {
    allowedClients?: Inputs["allowedClients"];
    vip6?: Inputs["vip6"];
    bgp?: Inputs["bgp"];
    ssh: KeysOf<typeof ssh> & { privateKeyFile?: string; publicKeyFile?: string };
    vrrp: KeysOf<typeof vrrp>;
    tls?: KeysOf<typeof tlsSpec>;
    proxmox: { endpoint?: string; insecure?: boolean };
}

type Shape = { [K in keyof Required<StackConfig>]: z.ZodType };

const topLevel = Object.fromEntries(
    Object.entries(inputs as Spec).map(([name, member]) => {
        const type = zodOf(member);
        // What Pulumi.yaml gives where nothing was set is not enough.
        const filled = type instanceof z.ZodString || type instanceof z.ZodArray ? type.min(1) : type;
        return [keyOf(name, member), member.presence === "required" ? filled : type];
    }),
);

/** Keys of the stack configuration, as Pulumi.yaml describes them. */
export const stackSchema = z.strictObject({
    ...topLevel,
    ssh: z.strictObject({
        ...shapeOf(ssh),
        privateKeyFile: z.string().optional(),
        publicKeyFile: z.string().optional(),
    }),
    vrrp: z.strictObject(shapeOf(vrrp)),
    // Empty where nothing was set; what it lacks is for the component to say.
    bgp: z.strictObject(shapeOf(bgpSpec)).partial(),
    tls: z
        .strictObject({
            ...shapeOf(tlsSpec),
            // Without quotes YAML has it that 1.2 is a number.
            minimumVersion: z.union([z.string(), z.number()]).transform(String).optional(),
        })
        .optional(),
    proxmox: z.strictObject({ endpoint: z.string().optional(), insecure: z.boolean().optional() }),
} as unknown as Shape);

/** Keys that are read apart, since they are secrets, and what they are. */
export const SECRETS = {
    sshPrivateKey:
        "The SSH private key itself, instead of ssh.privateKeyFile; set it with --secret. VMs then need " +
        "ssh.publicKeyFile too.",
    proxmoxApiToken:
        "API token, USER@REALM!NAME=UUID, set with --secret; or the variable PROXMOX_VE_API_TOKEN. Needed when a " +
        "host is a VM.",
    vrrpPassword:
        "Password of vrrp.authentication, at most 8 characters, instead of a generated one; set it with --secret.",
    tlsPrivateKey: "Private key of tls.certificateFile, instead of tls.privateKeyFile; set it with --secret.",
    tlsClientPrivateKey:
        "Private key of tls.clientCertificateFile, instead of tls.clientPrivateKeyFile; set it with --secret.",
    tlsIssuerPrivateKey: "Private key of tls.issuer, instead of tls.issuer.privateKeyFile; set it with --secret.",
    kubeconfig: "The kubeconfig itself, instead of kubeconfigFile; set it with --secret.",
};

/** Keys that are more than an input: what they are. */
export const OWN_KEYS: Record<string, string> = {
    ssh:
        "How hosts are reached: user (ops), port (22), privateKeyFile (~/.ssh/id_ed25519), publicKeyFile (the " +
        "private key's, with .pub). Keep the key itself in sshPrivateKey where there is no file, as in CI.",
    proxmox:
        "The Proxmox VE API: endpoint (https://pve1.example.com:8006, or the variable PROXMOX_VE_ENDPOINT), insecure " +
        "(false; true accepts a certificate no known authority signed). Needed when a host is a VM.",
};

/** Keys that are read apart, since they are secrets. */
export const secretKeys = Object.keys(SECRETS);

/** What to type when a required key is missing. */
export const examples: Partial<Record<keyof StackConfig, string>> = {
    vip: "pulumi config set vip 10.30.100.100/24",
    apiServers: "pulumi config set --path 'apiServers[0]' 10.30.100.51",
    hosts:
        "pulumi config set --path 'hosts[0].name' vrrp1 && pulumi config set --path 'hosts[0].address' " +
        "10.30.100.101",
};
