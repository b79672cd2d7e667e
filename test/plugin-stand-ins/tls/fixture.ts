import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { plain, type Properties, type Value } from "../../../plugin-stand-ins/shared/properties";
import { tlsProvider } from "../../../plugin-stand-ins/tls/provider";
import { Engine } from "../harness";

const tokens = {
    CertRequest: "tls:index/certRequest:CertRequest",
    LocallySignedCert: "tls:index/locallySignedCert:LocallySignedCert",
    PrivateKey: "tls:index/privateKey:PrivateKey",
    SelfSignedCert: "tls:index/selfSignedCert:SelfSignedCert",
};
type Type = keyof typeof tokens;

const engines = new Map<Type, Engine>();

/** The provider's engine for one resource type; `stopAll` in `after` ends all of them. */
export async function engineOf(type: Type): Promise<Engine> {
    const engine = engines.get(type) ?? (await Engine.start(tlsProvider, tokens[type]));
    engines.set(type, engine);
    return engine;
}

export function stopAll(): void {
    for (const engine of engines.values()) engine.stop();
    engines.clear();
}

/** The state of a new resource, without secret marks. */
export async function create(type: Type, inputs: Properties): Promise<Record<string, string> & { id: string }> {
    const { id, state } = await (await engineOf(type)).create(inputs);
    return { ...(plain(state) as Record<string, string>), id };
}

export async function newKey(inputs: Properties = { algorithm: "ECDSA", ecdsaCurve: "P256" }): Promise<string> {
    return textOf((await create("PrivateKey", inputs))["privateKeyPem"]);
}

export interface Authority {
    caCertPem: string;
    caPrivateKeyPem: string;
}

/** A certificate authority made of the provider's own resources. */
export async function newAuthority(key?: Properties, more: Properties = {}): Promise<Authority> {
    const caPrivateKeyPem = await newKey(key);
    const inputs = {
        isCaCertificate: true,
        validityPeriodHours: 100,
        allowedUses: ["cert_signing", "crl_signing"],
        subject: { commonName: "Test CA" },
    };
    return {
        caPrivateKeyPem,
        caCertPem: textOf(
            (await create("SelfSignedCert", { ...inputs, privateKeyPem: caPrivateKeyPem, ...more }))["certPem"],
        ),
    };
}

/** What openssl prints, given the texts as files whose names stand in the arguments as `{name}`. */
export function openssl(args: string[], files: Record<string, string>): string {
    const folder = mkdtempSync(join(tmpdir(), "ha-api-tls-"));
    try {
        for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o600 });
        const placed = args.map((argument) => argument.replace(/^\{(\w+)\}$/, (_, name: string) => join(folder, name)));
        return execFileSync("openssl", placed, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
    } finally {
        rmSync(folder, { recursive: true });
    }
}

/** One extension of a certificate as openssl prints it; its first line says whether it is critical. */
export function extension(certPem: string, name: string): string {
    const lines = openssl(["x509", "-noout", "-ext", name, "-in", "{cert}"], { cert: certPem }).trim().split("\n");
    return lines.map((line) => line.trim()).join("\n");
}

export function textOf(value: Value | undefined): string {
    const text = plain(value);
    assert.ok(typeof text === "string", "a text is expected");
    return text;
}
