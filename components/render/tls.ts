/** TLS files: what is trusted is text like any other, what proves who we are is a credential. */
import type { Model } from "../model/model";
import { tlsInUse } from "../model/tls";
import type { CredentialFile, ManagedFile } from "./file";
import {
    CLIENT_CERTIFICATE,
    CLIENT_CERTIFICATE_AUTHORITY,
    CLIENT_KEY,
    CLUSTER_CERTIFICATE_AUTHORITY,
    SERVER_CERTIFICATE,
    SERVER_KEY,
} from "../host/paths";

/** Names of the credentials, as the credentials step sends them. */
export const CREDENTIALS = {
    serverCertificate: "server-certificate",
    serverKey: "server-key",
    clientCertificate: "client-certificate",
    clientKey: "client-key",
    vrrpPassword: "vrrp-password",
} as const;

/** The password of the session with a router, by its place among them. */
export const bgpPassword = (index: number) => `bgp-password-${index + 1}` as const;

export function certificateAuthorities(model: Model): ManagedFile[] {
    const file = (path: string, content: string | undefined): ManagedFile[] =>
        content === undefined ? [] : [{ path, mode: "0644", content }];
    const tls = tlsInUse(model);
    return [
        ...file(CLUSTER_CERTIFICATE_AUTHORITY, model.clusterCertificateAuthority),
        ...file(CLIENT_CERTIFICATE_AUTHORITY, tls?.clientCertificateAuthority),
    ];
}

export function credentialFiles(model: Model): CredentialFile[] {
    const tls = tlsInUse(model);
    if (tls === undefined) return [];
    return [
        { path: SERVER_CERTIFICATE, credential: CREDENTIALS.serverCertificate },
        { path: SERVER_KEY, credential: CREDENTIALS.serverKey },
        ...(tls.clientCertificate === undefined
            ? []
            : [
                  { path: CLIENT_CERTIFICATE, credential: CREDENTIALS.clientCertificate },
                  { path: CLIENT_KEY, credential: CREDENTIALS.clientKey },
              ]),
    ];
}
