/** The component without engine, Proxmox and hosts: what it registers, with which inputs and options. */
import * as pulumi from "@pulumi/pulumi";
import { HaApiLoadBalancer, type HaApiLoadBalancerArgs } from "../../../components";
import type { VerificationEffects } from "../../../components/resources/verification";
import { allHealthy } from "../inspection/samples";
import { PUBLIC_KEY } from "../support";

/** Text that is nowhere but in private keys. */
export const KEY_MARK = "RECOGNISABLEKEYTEXT";
export const PRIVATE_KEY = `-----BEGIN OPENSSH PRIVATE KEY-----\n${KEY_MARK}\n-----END OPENSSH PRIVATE KEY-----\n`;

export const COMMAND = "command:remote:Command";
export const VM = "proxmoxve:index/vmLegacy:VmLegacy";
export const IMAGE = "proxmoxve:download/file:File";

/** Outputs of the provider "tls" that other things are made of. */
const TLS: Record<string, object> = {
    "tls:index/privateKey:PrivateKey": {
        privateKeyPem: pulumi.secret(`-----BEGIN EC PRIVATE KEY-----\nMADE${KEY_MARK}\n-----END EC PRIVATE KEY-----\n`),
    },
    "tls:index/certRequest:CertRequest": { certRequestPem: "the request" },
    "tls:index/locallySignedCert:LocallySignedCert": { certPem: "the signed certificate" },
};

export interface Registration {
    type: string;
    name: string;
    inputs: Record<string, unknown>;
    options: pulumi.CustomResourceOptions;
}

export interface Result {
    component: HaApiLoadBalancer | undefined;
    /** What the constructor threw. */
    error: unknown;
    /** What was logged. */
    logged: { level: "info" | "warning"; text: string }[];
    /** In the order of registration. */
    resources: Registration[];
    byName(name: string): Registration;
    ofType(type: string): Registration[];
    /** Names of the resources a resource waits for by dependsOn, sorted. */
    dependencies(name: string): string[];
}

const SECRET_MARK = "4dabf18193072939515e22adb298388d";

/** Whether a value is marked as a secret. */
export function isSecret(value: unknown): value is { value: unknown } {
    return typeof value === "object" && value !== null && SECRET_MARK in value;
}

/** The value itself, secrets opened all the way down. */
export function unwrapSecrets(value: unknown): unknown {
    if (isSecret(value)) return unwrapSecrets(value.value);
    if (Array.isArray(value)) return value.map(unwrapSecrets);
    if (typeof value === "object" && value !== null)
        return Object.fromEntries(Object.entries(value).map(([key, inside]) => [key, unwrapSecrets(inside)]));
    return value;
}

/**
 * Makes the component, as `pulumi up` does or, with `preview`, as `pulumi preview` does. No host is contacted:
 * `inspect` stands for the inspection of the hosts.
 */
export async function constructUnderMocks(
    args: HaApiLoadBalancerArgs,
    preview = false,
    inspect: VerificationEffects["inspect"] = (plain) => Promise.resolve(allHealthy(plain)),
): Promise<Result> {
    const logged: Result["logged"] = [];
    let clock = 0;
    const effects: VerificationEffects = {
        inspect,
        now: () => clock,
        sleep: (milliseconds: number) => {
            clock += milliseconds;
            return Promise.resolve();
        },
        info: (text: string) => {
            logged.push({ level: "info", text });
            return Promise.resolve();
        },
        warn: (text: string) => {
            logged.push({ level: "warning", text });
            return Promise.resolve();
        },
    };
    const seen = new Map<string, Registration>();
    const order: Registration[] = [];
    await pulumi.runtime.setMocks(
        {
            call: ({ inputs }) => inputs as Record<string, unknown>,
            newResource: ({ type, name, inputs }) => {
                const registration = entry(type, name);
                registration.inputs = inputs as Record<string, unknown>;
                order.push(registration);
                // As the real provider does: what a command says is secret because its connection is.
                if (type === COMMAND)
                    return {
                        id: `${name}-id`,
                        state: {
                            ...(inputs as object),
                            ...(preview ? {} : { stdout: pulumi.secret(PUBLIC_KEY), stderr: "" }),
                        },
                    };
                if (type === VM) {
                    const vmId = (inputs as { vmId?: number }).vmId ?? 777;
                    return {
                        id: preview ? "" : String(vmId),
                        state: {
                            ...(inputs as object),
                            vmId,
                            networkDevices: [{ macAddress: `BC:24:11:00:00:${String(vmId % 100).padStart(2, "0")}` }],
                        },
                    };
                }
                if (type in TLS) return { id: `${name}-id`, state: { ...(inputs as object), ...TLS[type] } };
                return {
                    id:
                        type === IMAGE
                            ? `local:import/${String((inputs as { fileName: unknown }).fileName)}`
                            : `${name}-id`,
                    state: inputs as object,
                };
            },
        },
        "ha-api",
        "test",
        preview,
    );
    const entry = (type: string, name: string): Registration => {
        const key = `${type}::${name}`;
        if (!seen.has(key)) seen.set(key, { type, name, inputs: {}, options: {} });
        return seen.get(key)!;
    };
    const record: pulumi.ResourceTransformation = ({ type, name, opts }) => {
        entry(type, name).options = opts;
        return undefined;
    };
    let component: HaApiLoadBalancer | undefined;
    let error: unknown;
    try {
        component = new HaApiLoadBalancer("api", args, { transformations: [record] }, effects);
    } catch (thrown) {
        error = thrown;
    }
    // A verification that fails is an output that fails; callers that await it get the error, and without
    // this line it would be an unhandled rejection. Of a model that is refused nothing comes to an end here: the real
    // engine ends the program.
    const refused = valueOf(component?.vip ?? pulumi.output("")).then(
        () => false,
        () => true,
    );
    const verified = valueOf(component?.verification ?? pulumi.output([])).catch(() => undefined);
    if (!(await refused)) {
        await verified;
        await pulumi.runtime.disconnect().catch(() => undefined);
    }
    const result: Result = {
        component,
        error,
        logged,
        resources: order,
        byName: (name) => {
            const found = order.find((resource) => resource.name === name);
            if (found === undefined)
                throw new Error(
                    `${name} was not registered; there are: ${order.map((resource) => resource.name).join(", ")}`,
                );
            return found;
        },
        ofType: (type) => order.filter((resource) => resource.type === type),
        dependencies: (name) =>
            [result.byName(name).options.dependsOn ?? []]
                .flat()
                .map((resource) => nameOf(resource as pulumi.Resource))
                .sort(),
    };
    return result;
}

/** The logical name of a resource, which the SDK keeps to itself. */
export function nameOf(resource: pulumi.Resource): string {
    return (resource as unknown as { __name: string }).__name;
}

/** An output of another resource that is only known once that is made. */
export function unknownOutput<T>(): pulumi.Output<T> {
    const Output = pulumi.Output as unknown as new (
        resources: unknown,
        value: Promise<unknown>,
        isKnown: Promise<boolean>,
        isSecret: Promise<boolean>,
        all: unknown,
    ) => pulumi.Output<T>;
    return new Output(
        [],
        Promise.resolve(undefined),
        Promise.resolve(false),
        Promise.resolve(false),
        Promise.resolve([]),
    );
}

/** The value of an output; undefined while it is not known. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
    return (output as unknown as { promise(): Promise<T> }).promise();
}
