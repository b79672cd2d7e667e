/** What matters of a certificate: which names it is good for, and how long. */
import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";

export interface CertificateFacts {
    /** Names and addresses, as in its subject alternative names. */
    names: string[];
    /** The last moment it is good for. */
    validUntil: Date;
}

/** Undefined when the text is no certificate. */
export function certificateFacts(pem: string): CertificateFacts | undefined {
    try {
        const certificate = new X509Certificate(pem);
        const names = (certificate.subjectAltName ?? "")
            .split(", ")
            .map((name) => name.replace(/^(DNS|IP Address):/, ""));
        return { names: names.filter((name) => name !== ""), validUntil: new Date(certificate.validTo) };
    } catch {
        return undefined;
    }
}

/** Whether a client that uses this name or address would accept the certificate. */
export function covers(pem: string, name: string): boolean {
    const certificate = new X509Certificate(pem);
    return (isIP(name) > 0 ? certificate.checkIP(name) : certificate.checkHost(name)) !== undefined;
}

/** Whole days that are left; negative when it is past. */
export function daysLeft({ validUntil }: CertificateFacts, now: Date): number {
    return Math.floor((validUntil.getTime() - now.getTime()) / 86_400_000);
}
