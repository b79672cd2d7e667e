/** Certificates made with the openssl command: one key and one certificate in a folder, by name. */
import { writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { run } from "../../tools/run";

export interface CertificateRequest {
    /** `NAME.key` and `NAME.crt` are made. */
    name: string;
    commonName: string;
    organisation: string;
    /**
     * What it is good for: an authority signs others, a server proves these names and addresses, a client proves who it
     * is.
     */
    use: "authority" | "client" | { server: string[]; alsoClient?: boolean };
    /** Path of the authority's files without their endings; absent: it signs itself. */
    issuer?: string;
    /** Over since yesterday; of one that has an issuer. */
    expired?: boolean;
}

export async function makeCertificate(directory: string, request: CertificateRequest): Promise<void> {
    const { name, commonName, organisation, use, issuer, expired = false } = request;
    const file = join(directory, name);
    // The key's file is there, closed to others, before openssl writes into it.
    await writeFile(`${file}.key`, "", { mode: 0o600 });
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-noenc", "-keyout", `${file}.key`];
    const subject = ["-subj", `/O=${organisation}/CN=${commonName}`];
    const added = extensions(use).flatMap((extension) => ["-addext", extension]);
    const signed = issuer === undefined ? [] : ["-CA", `${issuer}.crt`, "-CAkey", `${issuer}.key`];
    if (!expired) {
        const days = ["-x509", "-days", "3650"];
        await run("openssl", ["req", ...days, ...key, ...subject, ...added, ...signed, "-out", `${file}.crt`]);
        return;
    }
    // A request alone may be given an end in the past.
    await run("openssl", ["req", "-new", ...key, ...subject, ...added, "-out", `${file}.csr`]);
    const over = ["-req", "-in", `${file}.csr`, "-copy_extensions", "copy", "-days", "-1"];
    await run("openssl", ["x509", ...over, ...signed, "-out", `${file}.crt`]);
}

function extensions(use: CertificateRequest["use"]): string[] {
    if (use === "authority") return ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"];
    const leaf = ["basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature"];
    if (use === "client") return [...leaf, "extendedKeyUsage=clientAuth"];
    const names = use.server.map((name) => (isIP(name) > 0 ? `IP:${name}` : `DNS:${name}`));
    return [
        ...leaf,
        `extendedKeyUsage=serverAuth${use.alsoClient ? ",clientAuth" : ""}`,
        `subjectAltName=${names.join(",")}`,
    ];
}
