/** Whether Proxmox has what is to keep VMs on different nodes: a preview does not know its release. */
import * as answers from "../../proxmox/answers";
import type { ProxmoxApi } from "./api";
import type { Wanted } from "./guests";

/** The first release with rules, and without groups. */
const RULES_SINCE = 9;

export async function checkSeparation(api: ProxmoxApi, { machine }: Wanted): Promise<void> {
    const separation = machine.highAvailability?.separation ?? "none";
    if (separation === "none") return;
    const { version } = await api.call("GET", "/version", answers.version);
    const hasRules = Number.parseInt(version, 10) >= RULES_SINCE;
    if (separation === "rule" && !hasRules)
        throw new Error(
            `highAvailability.separation is rule, which Proxmox VE has from ${RULES_SINCE} on, and this is ` +
                `${version}. Set it to groups, by which a VM returns to its node when that is back, or to none. ` +
                "Nothing was changed.",
        );
    if (separation === "groups" && hasRules)
        throw new Error(
            `highAvailability.separation is groups, which Proxmox VE has until 8.4, and this is ${version}. Set it to ` +
                "rule. (Groups of a former deployment: docs/proxmox.md, high availability.) Nothing was changed.",
        );
}
