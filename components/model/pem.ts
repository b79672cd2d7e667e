/** PEM certificates as inputs: shown nowhere when they turn out to be something else. */
import type { Path, Problems } from "./problems";

const CERTIFICATES = /^(-----BEGIN CERTIFICATE-----\r?\n[A-Za-z0-9+/=\r\n]+-----END CERTIFICATE-----\s*)+$/;

/** One certificate or a chain, with line feeds and a last line break; comments before it are dropped. */
export function certificates(problems: Problems, path: Path, value: string): string {
    const text = typeof value === "string" ? value.slice(Math.max(0, value.indexOf("-----BEGIN"))).trim() : "";
    if (CERTIFICATES.test(text)) return `${text.replaceAll("\r\n", "\n")}\n`;
    problems.add(path, "must be a certificate in PEM format, from its BEGIN CERTIFICATE line to its END CERTIFICATE line (the value is not shown)");
    return "";
}
