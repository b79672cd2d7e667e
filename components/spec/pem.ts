/** PEM certificates as inputs: shown nowhere when they turn out to be something else. */
import { X509Certificate } from "node:crypto";
import type { Path, Problems } from "./problems";

const CERTIFICATES = /^(-----BEGIN CERTIFICATE-----\r?\n[A-Za-z0-9+/=\r\n]+-----END CERTIFICATE-----\s*)+$/;

/** One certificate or a chain, with line feeds and a last line break; comments before it are dropped. */
export function certificates(problems: Problems, path: Path, value: string): string {
    const text = typeof value === "string" ? value.slice(Math.max(0, value.indexOf("-----BEGIN"))).trim() : "";
    if (!CERTIFICATES.test(text)) {
        problems.add(
            path,
            "must be a certificate in PEM format, from its BEGIN CERTIFICATE line to its END CERTIFICATE " +
                "line (the value is not shown)",
        );
        return "";
    }
    const blocks = text.split(/(?=-----BEGIN)/);
    const wrong = blocks.findIndex((block) => !isCertificate(block));
    if (wrong < 0) return `${text.replaceAll("\r\n", "\n")}\n`;
    problems.add(
        path,
        "must be a certificate in PEM format; " +
            `${blocks.length === 1 ? "it" : `certificate ${wrong + 1} of ${blocks.length}`} holds something else ` +
            "between its BEGIN and END lines, " +
            "or was cut off (the value is not shown)",
    );
    return "";
}

/** The daemons read certificates with OpenSSL, and so does Node. */
function isCertificate(block: string): boolean {
    try {
        return new X509Certificate(block).raw.length > 0;
    } catch {
        return false;
    }
}
