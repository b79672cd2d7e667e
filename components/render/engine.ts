/** What a proxy engine has to say about itself. Adding an engine is one file that implements this. */
import type { Model } from "../model/model";
import type { ManagedFile } from "./file";

export interface Engine {
    /** Name of its systemd service. */
    service: string;
    /** Debian packages. */
    packages(model: Model): string[];
    /** Its configuration, the same on every host. */
    configuration(model: Model): ManagedFile;
    /** Command that checks the configuration; `{path}` is replaced by where the not yet installed file is. */
    check(): string;
    /** What the proxy answers on the status port when its workers run exactly this configuration. */
    statusAnswer(model: Model): string;
}
