/** Where nginx comes from. Adding a source is one file that makes this, and a line in index.ts. */
import type { ManagedFile } from "../file";

export interface Source {
    /** systemd service that runs it. */
    service: string;
    /** User of its workers. */
    user: string;
    /** Debian packages. */
    packages: string[];
    /** nginx's main configuration file. */
    configuration: string;
    /**
     * Lines of shell before the packages program: its variables, and functions it calls before and after it installs
     * packages.
     */
    settings: string[];
    /** Command that checks a configuration; `{path}` as in an engine's. */
    check: string;
    /** Files of its own, besides nginx's configuration. */
    files: ManagedFile[];
    /** Those of them whose change takes a restart. */
    restartAfter: string[];
    /** nginx's log files. */
    logs: string[];
}
