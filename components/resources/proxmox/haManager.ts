/** Proxmox' manager of high availability, which goes over its resources every ten seconds or so. */
import { setTimeout as sleep } from "node:timers/promises";
import { haEntries } from "../../proxmox/answers";
import type { ProxmoxApi } from "./api";

const PATIENCE_MILLISECONDS = 60_000;
const POLL_MILLISECONDS = 1000;

/**
 * Waits until the manager has seen all of them: in a cluster where it never had anything to do it counts no nodes
 * before, and Proxmox refuses a rule as one for more resources than nodes. Whoever cannot ask does not wait.
 */
export async function untilTakenUp(api: ProxmoxApi, ids: string[]): Promise<void> {
    const end = Date.now() + PATIENCE_MILLISECONDS;
    while (Date.now() < end) {
        const entries = await api.call("GET", "/cluster/ha/status/current", haEntries).catch(() => undefined);
        if (entries === undefined) return;
        const seen = entries.filter(({ crm_state }) => crm_state !== undefined && crm_state !== "queued");
        if (ids.every((id) => seen.some(({ sid }) => sid === id))) return;
        await sleep(POLL_MILLISECONDS);
    }
}
