import * as x509 from "@peculiar/asn1-x509";

const { KeyUsageFlags } = x509;

/** `allowedUses` that are bits of the key usage extension. */
const keyUsages: Record<string, number> = {
    digital_signature: KeyUsageFlags.digitalSignature,
    content_commitment: KeyUsageFlags.nonRepudiation,
    key_encipherment: KeyUsageFlags.keyEncipherment,
    data_encipherment: KeyUsageFlags.dataEncipherment,
    key_agreement: KeyUsageFlags.keyAgreement,
    cert_signing: KeyUsageFlags.keyCertSign,
    crl_signing: KeyUsageFlags.cRLSign,
    encipher_only: KeyUsageFlags.encipherOnly,
    decipher_only: KeyUsageFlags.decipherOnly,
};

/** `allowedUses` that are entries of the extended key usage extension. */
const extendedKeyUsages: Record<string, string> = {
    any_extended: x509.anyExtendedKeyUsage,
    server_auth: x509.id_kp_serverAuth,
    client_auth: x509.id_kp_clientAuth,
    code_signing: x509.id_kp_codeSigning,
    email_protection: x509.id_kp_emailProtection,
    ipsec_end_system: "1.3.6.1.5.5.7.3.5",
    ipsec_tunnel: "1.3.6.1.5.5.7.3.6",
    ipsec_user: "1.3.6.1.5.5.7.3.7",
    timestamping: x509.id_kp_timeStamping,
    ocsp_signing: x509.id_kp_OCSPSigning,
    microsoft_server_gated_crypto: "1.3.6.1.4.1.311.10.3.3",
    netscape_server_gated_crypto: "2.16.840.1.113730.4.1",
    microsoft_commercial_code_signing: "1.3.6.1.4.1.311.2.1.22",
    microsoft_kernel_code_signing: "1.3.6.1.4.1.311.61.1.1",
};

export const allowedUses: readonly string[] = [...Object.keys(keyUsages), ...Object.keys(extendedKeyUsages)].sort();

/** The key usage bits of the given uses; 0 is none. */
export function keyUsageOf(uses: string[]): number {
    return uses.reduce((bits, use) => bits | (keyUsages[use] ?? 0), 0);
}

/** The extended key usages of the given uses, in their order. */
export function extendedKeyUsageOf(uses: string[]): string[] {
    return uses.flatMap((use) => extendedKeyUsages[use] ?? []);
}
