/** What is sent to hosts: the first contact, and the step that installs packages and leaves the programs there. */
import { createHash } from "node:crypto";
import type { Model } from "../model/model";
import { packageSettings } from "../render/host";
import { LIBEXEC } from "../render/paths";
import { perObject } from "../text/perObject";
import { programText } from "./assemble";

/** Ends the here-documents below; no program has such a line. */
const END_OF_PROGRAM = "END-OF-HA-API-PROGRAM";

/**
 * Programs the packages step leaves on the host: for the later steps, and for keepalived, which must find its scripts
 * when its configuration is checked (2.2 ends by SIGTERM, without a word, when one is missing).
 */
export const PROGRAMS = [
    "api-answers",
    "check-keepalived",
    "converge",
    "inspect",
    "keep-credentials",
    "proxy-answers",
    "proxy-runs",
    "restore",
    "show-files",
    "switchover",
    "uninstall",
    "upgrade-packages",
    "vrrp-state",
    "watch",
] as const;

/** Programs that come by standard input, and are not left on the host. */
export const SENT_PROGRAMS = ["ready", "packages"] as const;

/** First contact: waits for the first boot and prints the host key. */
export function readyScript(): string {
    return programText("ready");
}

/**
 * Installs packages and the programs. All of it is one group of commands, read to its end before anything runs, since
 * it comes by standard input. `action` is what is done in the end.
 */
export function packagesScript(model: Model, action = "setup < /dev/null"): string {
    const programs = PROGRAMS.map((name) =>
        [
            `cat > ${LIBEXEC}/${name}.new <<'${END_OF_PROGRAM}'`,
            `${programText(name)}${END_OF_PROGRAM}`,
            `chmod 0755 ${LIBEXEC}/${name}.new && mv ${LIBEXEC}/${name}.new ${LIBEXEC}/${name}`,
        ].join("\n"),
    );
    return (
        `{\nset -euo pipefail\n${packageSettings(model).join("\n")}\n${programText("packages")}\nwrite_programs() ` +
        `{\n${programs.join("\n")}\n}\n${action}\n}\n`
    );
}

/** Short name of what the packages step leaves behind: the configuration step runs again when it changes. */
export const packagesVersion: (model: Model) => string = perObject((model: Model) =>
    createHash("sha256").update(packagesScript(model)).digest("hex").slice(0, 8),
);
