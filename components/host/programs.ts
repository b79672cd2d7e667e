/**
 * The shell programs that run on the hosts, as text. They are files of their own, so that shellcheck and editors
 * understand them.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Model } from "../model/model";
import { packagesOf } from "../render/packages";
import { LIBEXEC } from "../render/paths";
import { sourceOf } from "../render/sources";
import { watcherProgram } from "./watcherProgram";
import { quote } from "../text/quote";

const read = (name: string): string => readFileSync(join(__dirname, "scripts", name), "utf8");

/** Ends the here-documents below; no program has such a line. */
const END_OF_PROGRAM = "END-OF-HA-API-PROGRAM";

/**
 * Programs the packages step leaves on the host: for the later steps, and for keepalived, which must find its scripts
 * when its configuration is checked (2.2 ends by SIGTERM, without a word, when one is missing).
 */
const PROGRAMS = [
    "converge",
    "restore",
    "uninstall",
    "keep-credentials",
    "check-keepalived",
    "proxy-answers",
    "proxy-runs",
    "api-answers",
    "remove-containers",
    "removable",
    "vrrp-state",
    "switchover",
    "apt",
    "services",
    "upgrade-packages",
    "inspect",
    "show-files",
];

/** Parts of the packages program, in this order. */
const PACKAGES = ["apt.sh", "nginx-org.sh", "container-image.sh", "packages.sh"];

/** First contact: waits for the first boot and prints the host key. */
export function readyScript(): string {
    return read("ready.sh");
}

/**
 * Installs packages and the programs. All of it is one group of commands, read to its end before anything runs, since
 * it comes by standard input. `action` is what is done in the end.
 */
export function packagesScript(model: Model, action = "setup < /dev/null"): string {
    const settings = [
        `packages=(${packagesOf(model).map(quote).join(" ")})`,
        ...(model.engine === "nginx" ? sourceOf(model).settings : ["source=distribution"]),
    ];
    const texts = [
        ...PROGRAMS.map((name) => ({ name, text: read(`${name}.sh`) })),
        { name: "watch", text: watcherProgram() },
    ];
    const programs = texts.map(({ name, text }) =>
        [
            `cat > ${LIBEXEC}/${name}.new <<'${END_OF_PROGRAM}'`,
            `${text}${END_OF_PROGRAM}`,
            `chmod 0755 ${LIBEXEC}/${name}.new && mv ${LIBEXEC}/${name}.new ${LIBEXEC}/${name}`,
        ].join("\n"),
    );
    return (
        `{\nset -euo pipefail\n${settings.join("\n")}\n${PACKAGES.map(read).join("\n")}\nwrite_programs() ` +
        `{\n${programs.join("\n")}\n}\n${action}\n}\n`
    );
}

/** Short name of what the packages step leaves behind: the configuration step runs again when it changes. */
export function packagesVersion(model: Model): string {
    return createHash("sha256").update(packagesScript(model)).digest("hex").slice(0, 8);
}
