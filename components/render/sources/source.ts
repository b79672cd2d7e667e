/** Where nginx comes from. Adding a source is one file that makes this, and a line in index.ts. */
import type { ManagedFile } from "../file";

/** What may be on a host, also of an earlier configuration, beside packages and managed files; for uninstall. */
export interface Traces {
    repositories: PackageRepository[];
    containers: { name: string; /** A folder. */ logs: string }[];
}

/** A repository of packages beside the distribution's. */
export interface PackageRepository {
    /** For people; and a host that uses it has a file of this name among what is remembered of it. */
    name: string;
    /** The package that is wanted of it: after a change of sources it has the version of its source. */
    package: string;
    /** apt's files by which a host uses it. */
    list: string;
    preferences: string;
    keyring: string;
}

/** How a host comes to trust it. */
export interface TrustedRepository extends PackageRepository {
    /** Address of the file with the keys, and the keys' fingerprints, upper-case and sorted. */
    key: string;
    fingerprints: string[];
    /** Address of the folder that has one for each distribution. */
    packages: string;
    /** As its list of packages is divided, and as it calls itself there. */
    component: string;
    origin: string;
    /** The inputs that advice to users names: its address, the fingerprints, and what to set to do without it. */
    inputs: { address: string; fingerprints: string; instead: string };
}

export interface Source {
    /** systemd service that runs it. */
    service: string;
    /** User of its workers. */
    user: string;
    /** Debian packages. */
    packages: string[];
    /** nginx's main configuration file. */
    configuration: string;
    /** A repository besides the distribution's. */
    repository?: TrustedRepository;
    /**
     * Lines of shell before the packages program: more packages that it may need, and functions that it calls before
     * and after it installs packages.
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
