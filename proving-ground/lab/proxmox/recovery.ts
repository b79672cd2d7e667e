/** Putting things straight after the fake Proxmox died in the middle of something. */
import { type Proxmox } from "./api";
import { messageOf } from "./errors";
import { discard } from "./guests";
import { powerOn } from "./power";

/**
 * A guest that was being made or destroyed is removed, so that the same call can be made again: the caller cannot run
 * `qm unlock` in the lab, as one would on a real node. A guest that was being moved stays where it was. Machines were
 * not affected at all.
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

/**
 * When no machine runs the node itself was off (the computer of the lab was, or its processes were ended): as a node
 * does that comes up, it starts the guests that are to start with it (`onboot`). A machine that was switched off while
 * others ran stays off.
 */
export async function startWithNode(pve: Proxmox): Promise<void> {
    const guests = pve.store.guests();
    const running = await Promise.all(guests.map(({ vmid }) => pve.hypervisor.isRunning(vmid)));
    if (running.includes(true)) return;
    const wanted = guests.filter(({ config }) => config.onboot === 1 && config.template !== 1);
    await Promise.all(
        wanted.map(async (guest) => {
            pve.log(`starting VM ${guest.vmid} with its node`);
            const line = (text: string): void => pve.log(`VM ${guest.vmid}: ${text}`);
            // One that does not start keeps no other from starting, nor the API from answering, which is where one
            // looks for the reason.
            await powerOn(pve, guest, { line, warn: line }).catch((error: unknown) => line(messageOf(error)));
        }),
    );
}
