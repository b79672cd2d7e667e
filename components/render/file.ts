/** A file on a load-balancer host. */
export interface ManagedFile {
    path: string;
    /** Octal permissions; root owns every file. */
    mode: "0644" | "0755";
    content: string;
}
