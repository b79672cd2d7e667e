/**
 * Every input there is, as the compiler sees to it: one that is added to the arguments and not here does not compile.
 * With it a key that nobody knows is found, which would otherwise be a setting that quietly does nothing.
 */
import { isGroup } from "./checks";
import type { Inputs } from "./inputs";
import { nearest } from "./nearest";
import type { Path, Problems } from "./problems";

/**
 * The keys of a group of inputs, `[form]` for a list, "value" for what holds no further inputs, and "ours" for what no
 * user gives.
 */
export type Form = "value" | "ours" | { readonly [key: string]: Form } | readonly [Form];

type FormOf<T> = T extends readonly (infer E)[]
    ? readonly [FormOf<E>]
    : T extends object
      ? { readonly [K in keyof Required<T>]: FormOf<NonNullable<T[K]>> }
      : "value" | "ours";

const balancing: FormOf<NonNullable<Inputs["balancing"]>> = {
    method: "value",
    maxFails: "value",
    failTimeout: "value",
    connectTimeout: "value",
    idleTimeout: "value",
    healthCheck: { path: "value", interval: "value", timeout: "value", fall: "value", rise: "value" },
};

const virtualMachine: FormOf<NonNullable<Inputs["virtualMachines"]>> = {
    node: "value",
    vmId: "value",
    template: { vmId: "value", node: "value" },
    image: { url: "value", checksum: "value", checksumAlgorithm: "value", fileName: "value", datastore: "value" },
    cores: "value",
    cpuType: "value",
    memory: "value",
    diskSize: "value",
    diskInterface: "value",
    datastore: "value",
    bridge: "value",
    vlanId: "value",
    gateway: "value",
    nameservers: ["value"],
    searchDomain: "value",
    tags: ["value"],
    guestAgent: "value",
    upgradeOnFirstBoot: "value",
};

export const INPUTS: FormOf<Omit<Inputs, "vipLookup">> & { vipLookup: "ours" } = {
    vip: "value",
    vipLookup: "ours",
    dnsServers: ["value"],
    apiServers: ["value"],
    apiServerPort: "value",
    port: "value",
    listenOn: "value",
    engine: "value",
    layer: "value",
    hosts: [
        {
            name: "value",
            address: "value",
            priority: "value",
            initialState: "value",
            interface: "value",
            hostKey: "value",
            virtualMachine,
        },
    ],
    virtualMachines: virtualMachine,
    balancing,
    listeners: [
        { name: "value", port: "value", protocol: "value", backends: ["value"], backendPort: "value", balancing },
    ],
    clusterCertificateAuthority: "value",
    tls: {
        certificate: "value",
        hasPrivateKey: "ours",
        issuer: { certificate: "value", dnsNames: ["value"], validityDays: "value", renewalDays: "value" },
        minimumVersion: "value",
        clientCertificate: "value",
        hasClientPrivateKey: "ours",
        clientCertificateAuthority: "value",
        apiServerName: "value",
    },
    logs: { connectionFormat: "value", requestFormat: "value" },
    ssh: { user: "value", port: "value", authorizedKeys: ["value"] },
    vrrp: {
        routerId: "value",
        profile: "value",
        advertisementInterval: "value",
        preempt: "value",
        gratuitousArpRefresh: "value",
        version: "value",
        transport: "value",
        authentication: "value",
        hasPassword: "ours",
        trackProxy: "value",
        switchover: "value",
        scriptUser: "value",
        check: { kind: "value", interval: "value", timeout: "value", weight: "value", fall: "value", rise: "value" },
    },
    nginx: {
        source: "value",
        channel: "value",
        repository: "value",
        signingKeyFingerprints: ["value"],
        container: { image: "value", runtime: "value", user: "value" },
        workerConnections: "value",
        extraConfiguration: "value",
    },
    haproxy: { maxConnections: "value", extraConfiguration: "value" },
    verify: "value",
    repairTrigger: "value",
    packageUpgradeTrigger: "value",
    allowSingleHost: "value",
};

/**
 * Notes every key there is no input for. What is no group or list where one is due is left for the checks of that
 * input.
 */
export function checkKeys(problems: Problems, inputs: unknown): void {
    checkGroup(problems, "", inputs, INPUTS);
}

function checkGroup(problems: Problems, path: Path, value: unknown, form: Form): void {
    if (typeof form === "string") return;
    if (isListForm(form)) {
        if (Array.isArray(value))
            value.forEach((entry, index) => checkGroup(problems, `${path}[${index}]`, entry, form[0]));
        return;
    }
    if (!isGroup(value)) return;
    for (const [key, inside] of Object.entries(value)) {
        const known = Object.hasOwn(form, key) ? form[key]! : undefined;
        // The value of a key that was mistyped may be a secret.
        if (known === undefined && inside !== undefined) problems.add(join(path, key), unknownKey(key, path, form));
        if (known !== undefined) checkGroup(problems, join(path, key), inside, known);
    }
}

const isListForm = (form: object): form is readonly [Form] => Array.isArray(form);

const join = (path: Path, key: string): Path => (path === "" ? key : `${path}.${key}`);

/** Inputs that are taken out before the model sees the others, offered all the same to somebody who mistyped one. */
const SECRETS: Record<Path, string[]> = {
    "": ["kubeconfig"],
    ssh: ["privateKey"],
    vrrp: ["password"],
    tls: ["privateKey", "clientPrivateKey"],
    "tls.issuer": ["privateKey"],
};

function unknownKey(key: string, path: Path, form: { readonly [key: string]: Form }): string {
    const keys = [...Object.keys(form).filter((known) => form[known] !== "ours"), ...(SECRETS[path] ?? [])];
    const meant = nearest(key, keys);
    return `is no input${meant === undefined ? `; there are: ${keys.join(", ")}` : `: did you mean ${meant}?`}`;
}
