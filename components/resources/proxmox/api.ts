/** A few calls of the Proxmox API that the provider does not make for us, with the provider's own credentials. */
import { readFile } from "node:fs/promises";
import { createSecureContext, rootCertificates, type SecureContext } from "node:tls";
import type * as proxmox from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { dataOf, exchange } from "../../proxmox/exchange";

/** Where and as whom. */
export interface ProxmoxAccess {
    endpoint: string;
    apiToken: string;
    insecure: boolean;
}

export interface ProxmoxApi {
    /**
     * Returns the answer's `data`; throws a ProxmoxRefusal for any other answer, another error with a `code` when there
     * is none, and one without where it is not of that shape.
     */
    call<T>(method: "GET" | "DELETE", path: string, shape: z.ZodType<T>): Promise<T>;
}

/** Proxmox answered, and no. */
export class ProxmoxRefusal extends Error {
    override name = "ProxmoxRefusal";

    /** The API token lacks a privilege. */
    get isForbidden(): boolean {
        return this.message.startsWith("403 ");
    }
}

/** Where distributions keep the authorities that the system trusts, as the provider does. */
const SYSTEM_AUTHORITIES = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
];

/**
 * What a provider is configured with, or else the environment variables it reads; undefined where that is not an
 * address and an API token.
 */
export function accessOf(provider: pulumi.ProviderResource | undefined): pulumi.Output<ProxmoxAccess | undefined> {
    // The SDK's class does not declare `insecure`, which is no text.
    const { endpoint, apiToken, insecure } = (provider ?? {}) as Partial<
        proxmox.Provider & { insecure: pulumi.Output<unknown> }
    >;
    return pulumi.all([endpoint, apiToken, insecure]).apply(([address, token, trusting]) => {
        const known = {
            endpoint: address ?? process.env["PROXMOX_VE_ENDPOINT"],
            apiToken: token ?? process.env["PROXMOX_VE_API_TOKEN"],
            insecure: ["true", "1"].includes(String(trusting ?? process.env["PROXMOX_VE_INSECURE"])),
        };
        return known.endpoint === undefined || known.apiToken === undefined ? undefined : (known as ProxmoxAccess);
    });
}

export function proxmoxApi({ endpoint, apiToken, insecure }: ProxmoxAccess): ProxmoxApi {
    return {
        call: async (method, path, shape) => {
            const trust = insecure ? { rejectUnauthorized: false } : { secureContext: await trusted() };
            const call = { endpoint, token: apiToken, trust, method, path };
            const answer = await exchange(call);
            if (answer.status !== 200) throw new ProxmoxRefusal(`${answer.status} ${answer.statusText}`);
            return dataOf(call, answer, shape);
        },
    };
}

/**
 * By SSL_CERT_FILE, and each made once: to read what are some hundred certificates takes 60 ms, and an `up` calls
 * dozens of times.
 */
const contexts = new Map<string | undefined, Promise<SecureContext>>();

function trusted(): Promise<SecureContext> {
    const own = process.env["SSL_CERT_FILE"];
    const known = contexts.get(own);
    if (known !== undefined) return known;
    const made = authorities(own).then((ca) => createSecureContext(ca === undefined ? {} : { ca }));
    contexts.set(own, made);
    return made;
}

async function authorities(own: string | undefined): Promise<string[] | undefined> {
    const files = [own, ...SYSTEM_AUTHORITIES].filter((file) => file !== undefined);
    for (const file of files) {
        const text = await readFile(file, "utf8").catch(() => undefined);
        if (text !== undefined) return [text, ...rootCertificates];
    }
    return undefined;
}
