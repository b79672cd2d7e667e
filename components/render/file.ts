/** Files on a load-balancer host; root owns every one. */

/** A file whose text is rendered here and shown in previews. */
export interface ManagedFile {
    path: string;
    /** Octal permissions. */
    mode: "0600" | "0640" | "0644" | "0755";
    /** The group that it is given to; root's where it is left out. */
    group?: string;
    content: string;
}

/** A file that only root may read, made on the host from a credential that travelled apart. */
export interface CredentialFile {
    path: string;
    /** Name of the credential. */
    credential: string;
}

/** Stands for a credential within a managed file, which then is for root's eyes only; filled in on the host. */
export const credentialPlaceholder = (credential: string): string => `@credential:${credential}@`;
