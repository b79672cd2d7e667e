/**
 * What a proxy engine has to say about itself, for a given model; proxy.ts makes the host's service of it. Adding an
 * engine is one file that makes this, and a line in engines.ts.
 */
import { proxyDiffers } from "../model/metrics";
import type { HostModel, Model } from "../model/model";
import { checksum } from "../text/checksum";
import type { CredentialFile, ManagedFile } from "./file";
import type { Leftover } from "./service";
import type { TrustedRepository } from "./sources/source";

export interface Engine {
    /** Name of its systemd service. */
    service: string;
    /** Name of its processes. */
    process: string;
    /** Debian packages. */
    packages: string[];
    /** As the service has them. */
    repository?: TrustedRepository;
    packageSettings?: string[];
    /** Those of them whose version `status` shows. */
    versions: string[];
    /** Its main configuration file; one of `files`. */
    configuration: string;
    /** All its files. */
    files: ManagedFile[];
    credentialFiles: CredentialFile[];
    /** Command that checks the configuration; `{path}` is replaced by where the not yet installed file is. */
    check: string;
    /**
     * How and what the proxy answers on the status port when its workers run exactly this configuration. The answer is
     * the same on every host.
     */
    status: { protocol: "banner" | "http"; answer: string };
    /** Files whose change takes a restart; for all others a reload will do. */
    restartAfter: string[];
    /** Its log files, without what rotation adds to their names; they are removed at uninstall. */
    logs: string[];
    /** What its packages leave on a host when they are purged. */
    leftovers: Leftover[];
}

/**
 * What a proxy answers: a checksum of its configuration, which differs from host to host where each has its own address
 * in it, so that it is of all of them. `textOn`: without the answer.
 */
export function answerOf(model: Model, textOn: (host: HostModel) => string, more: ManagedFile[]): string {
    const differing = proxyDiffers(model) ? model.hosts : model.hosts.slice(0, 1);
    return checksum([...differing.map(textOn), ...more.map(({ content }) => content)].join());
}
