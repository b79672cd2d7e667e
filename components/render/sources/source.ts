/** Where nginx comes from. Adding a source is one file that makes this, and a line in index.ts. */
import type { ManagedFile } from "../file";

export interface Source {
    /** systemd service that runs it. */
    service: string;
    /** User of its workers. */
    user: string;
    /** Debian packages. */
    packages: string[];
    /** Shell variables for the packages program. */
    settings: string[];
    /** Command that checks a configuration; `{path}` as in an engine's. */
    check: string;
    /** Files of its own, besides nginx's configuration. */
    files: ManagedFile[];
}
