/**
 * One change of a guest at a time. PVE does it with a file lock per guest, and gives up after ten seconds; so does
 * this.
 */
import { setTimeout as delay } from "node:timers/promises";
import { refused } from "./errors";

const PATIENCE = 10_000;

export class GuestLocks {
    private readonly held = new Map<number, Promise<unknown>>();

    async run<T>(vmid: number, work: () => Promise<T> | T): Promise<T> {
        const deadline = Date.now() + PATIENCE;
        for (let owner = this.held.get(vmid); owner !== undefined; owner = this.held.get(vmid)) {
            const left = deadline - Date.now();
            if (left <= 0) throw refused(`can't lock file '/var/lock/qemu-server/lock-${vmid}.conf' - got timeout`);
            const stop = new AbortController();
            await Promise.race([
                owner,
                delay(left, undefined, { signal: stop.signal, ref: false }).catch(() => undefined),
            ]);
            stop.abort();
        }
        let release = (): void => undefined;
        this.held.set(vmid, new Promise<void>((resolve) => (release = resolve)));
        try {
            return await work();
        } finally {
            this.held.delete(vmid);
            release();
        }
    }
}
