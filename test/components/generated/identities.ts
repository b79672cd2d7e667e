/** Certificates with their keys, of the kinds that people have. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { outcomeOf } from "../programs";

export interface Identity {
    /** PEM, with the authority's after it where that signed it. */
    certificate: string;
    key: string;
}

/**
 * RSA and two elliptic curves, signed by themselves, and one with its chain. Keys of a test: they live as long as it
 * does.
 */
export function makeIdentities(): Identity[] {
    const folder = mkdtempSync(join(tmpdir(), "ha-api-identities-"));
    const openssl = (...args: string[]): void => {
        const { status, output } = outcomeOf("openssl", args);
        if (status !== 0) throw new Error(output);
    };
    const read = (name: string): string => readFileSync(join(folder, name), "utf8");
    try {
        const kinds = [
            ["rsa", "rsa:2048"],
            ["p256", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"],
            ["p384", "ec", "-pkeyopt", "ec_paramgen_curve:secp384r1"],
        ] as const;
        const alone = kinds.map(([name, ...kind]) => {
            openssl(
                "req",
                "-x509",
                "-newkey",
                ...kind,
                "-noenc",
                "-days",
                "2",
                "-subj",
                `/CN=${name}`,
                "-keyout",
                join(folder, `${name}.key`),
                "-out",
                join(folder, `${name}.crt`),
            );
            return { certificate: read(`${name}.crt`), key: read(`${name}.key`) };
        });
        openssl(
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-noenc",
            "-days",
            "2",
            "-subj",
            "/CN=leaf",
            "-CA",
            join(folder, "p256.crt"),
            "-CAkey",
            join(folder, "p256.key"),
            "-keyout",
            join(folder, "leaf.key"),
            "-out",
            join(folder, "leaf.crt"),
        );
        return [...alone, { certificate: read("leaf.crt") + read("p256.crt"), key: read("leaf.key") }];
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}
