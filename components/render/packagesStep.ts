/** The step that installs packages and leaves the programs on a host, as text for the host's bash. */
import { createHash } from "node:crypto";
import { programText } from "../host/assemble";
import { LIBEXEC } from "../host/paths";
import { PROGRAMS } from "../host/programs";
import type { Model } from "../model/model";
import { perObject } from "../text/perObject";
import { packageSettings } from "./host";

/** Ends the here-documents below; no program has such a line. */
const END_OF_PROGRAM = "END-OF-HA-API-PROGRAM";

/**
 * Installs packages and the programs. All of it is one group of commands, read to its end before anything runs, since
 * it comes by standard input. `action` is what is done in the end.
 */
export function packagesScript(model: Model, action = "setup < /dev/null"): string {
    const programs = PROGRAMS.map(
        (name) => `cat > ${LIBEXEC}/${name}.new <<'${END_OF_PROGRAM}'\n${programText(name)}${END_OF_PROGRAM}\n`,
    );
    return (
        `{\nset -euo pipefail\n${packageSettings(model).join("\n")}\n${programText("packages")}\nwrite_programs() ` +
        `{\n${programs.join("")}place_programs ${PROGRAMS.join(" ")}\n}\n${action}\n}\n`
    );
}

/** Short name of what the packages step leaves behind: the configuration step runs again when it changes. */
export const packagesVersion: (model: Model) => string = perObject((model: Model) =>
    createHash("sha256").update(packagesScript(model)).digest("hex").slice(0, 8),
);
