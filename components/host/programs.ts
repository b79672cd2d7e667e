/** The programs for hosts: those that are left there, and those that come by standard input. */
import { programText } from "./assemble";

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
