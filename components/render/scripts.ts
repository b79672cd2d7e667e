/** The two scripts keepalived runs. */
import { STATUS_PORT } from "../model/ports";
import type { ManagedFile } from "./file";
import { lines, MANAGED } from "./lines";
import { LIBEXEC, RUN, VRRP_STATE } from "./paths";

/** Exit 0 when the proxy answers within a second. It runs every second, so it is plain bash: one process, no client to install. */
export function proxyAnswers(): ManagedFile {
    return {
        path: `${LIBEXEC}/proxy-answers`,
        mode: "0755",
        content: lines("#!/bin/bash", `# ${MANAGED}`, `exec 3<>/dev/tcp/127.0.0.1/${STATUS_PORT} && read -r -t 0.9 answer <&3 && [ -n "$answer" ]`),
    };
}

/** keepalived calls it with: INSTANCE, the instance's name, the new state, the priority. */
export function vrrpState(): ManagedFile {
    return {
        path: `${LIBEXEC}/vrrp-state`,
        mode: "0755",
        content: lines("#!/bin/sh", `# ${MANAGED}`, `mkdir -p ${RUN} && echo "$3" > ${VRRP_STATE}.new && mv ${VRRP_STATE}.new ${VRRP_STATE}`),
    };
}
