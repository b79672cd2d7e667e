/** Putting things straight after the double died in the middle of something. */
import { type Proxmox } from "./api";
import { discard } from "./guests";

/**
 * A guest that was being made or destroyed is removed, so that the same call can be made again: nobody can run `qm unlock`
 * in the lab, as one would on a real node. A guest that was being moved stays where it was. Machines were not affected at all.
 */
export async function recover(pve: Proxmox): Promise<void> {
    pve.tasks.abandonUnfinished();
    for (const guest of pve.store.guests().filter(({ lock }) => lock !== undefined)) {
        if (guest.lock === "migrate") {
            guest.lock = undefined;
            pve.store.save();
        } else {
            pve.log(`VM ${guest.vmid} was left half-way (${guest.lock ?? ""}) by an earlier run: removing it`);
            await discard(pve, guest);
        }
    }
}
