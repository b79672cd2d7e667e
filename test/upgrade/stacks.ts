/** The stacks whose states are recorded, and folders in which the engine finds them. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";

/** The one stack's name of each recording; it is part of every URN. */
export const STACK = "recorded";
/** Of the states, which hold secrets of this folder only: keys/ opens nothing. */
export const PASSPHRASE = "recorded";
export const TOKEN = "root@pam!lab=0e7b1c3a-0000-4000-8000-000000000001";
export const ENDPOINT = "https://pve1.example.com:8006";

/** Where VERSION/NAME.json is, with VERSION/expected.json beside them. */
export const RECORDED = join(__dirname, "recorded");

/** A file of keys/. */
export const key = (name: string): string => join(__dirname, "keys", name);

const machines = {
    vip: "10.30.100.100/24",
    apiServers: ["10.30.100.51", "10.30.100.52", "10.30.100.53"],
    hosts: [
        { name: "rack1", address: "10.30.100.11" },
        { name: "rack2", address: "10.30.100.12" },
    ],
};

/** Settings by name of the stack. What they are called must be known to every version that is recorded. */
export const STACKS: Readonly<Record<string, object>> = {
    "virtual-machines": {
        ...machines,
        hosts: [
            { name: "vrrp1", address: "10.30.100.101", virtualMachine: { node: "pve1", vmId: 101 } },
            { name: "vrrp2", address: "10.30.100.102", virtualMachine: { node: "pve2", vmId: 102 } },
        ],
        virtualMachines: { template: { vmId: 9000, node: "pve1" }, gateway: "10.30.100.1" },
    },
    haproxy: { ...machines, engine: "haproxy" },
    layer7: {
        ...machines,
        layer: 7,
        clusterCertificateAuthorityFile: key("authority.crt"),
        // As long as there is: a recorded certificate that is due would be a difference.
        tls: {
            issuer: {
                certificateFile: key("authority.crt"),
                privateKeyFile: key("authority.key"),
                validityDays: 3650,
                renewalDays: 1,
            },
        },
    },
};

/** Makes `folder`, in which `pulumi` runs the program of `checkout` with the settings of a stack. */
export async function stackFolder(
    folder: string,
    name: string,
    checkout: string,
    endpoint: string,
    more: object = {},
): Promise<void> {
    await mkdir(folder, { recursive: true });
    const project = await readFile(join(checkout, "Pulumi.yaml"), "utf8");
    const main = relative(folder, join(checkout, "program.cjs"));
    await writeFile(join(folder, "Pulumi.yaml"), project.replace(/^main: .*$/m, `main: ${main}`));
    const settings = {
        ssh: { privateKeyFile: key("ssh"), publicKeyFile: key("ssh.pub") },
        ...(name === "virtual-machines" ? { proxmox: { endpoint, insecure: true } } : {}),
        ...STACKS[name],
        ...more,
    };
    const config = Object.fromEntries(Object.entries(settings).map(([own, value]) => [`ha-api:${own}`, value]));
    await writeFile(join(folder, `Pulumi.${STACK}.yaml`), JSON.stringify({ config }));
}

/** What `pulumi` needs in its environment beside the toolchain, with its state in `folder`. */
export const environmentIn = (folder: string): Record<string, string> => ({
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
    PROXMOX_VE_API_TOKEN: TOKEN,
});
