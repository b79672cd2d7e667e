/**
 * What nodes tell each other of their guests every ten seconds. A list of the whole cluster is made of it, and so is
 * late: of a guest that is new it has neither name nor state, and of one whose node has been off for five minutes it
 * has them no longer (pve-cluster:src/pmxcfs/status.c, rrd_entry_is_old; pve-manager:PVE/API2Tools.pm,
 * extract_vm_stats).
 */
import { type Proxmox } from "./api";
import { summary } from "./guests";

const INTERVAL = 10_000;

export type Sample = Record<string, unknown>;

export class Samples {
    private samples = new Map<number, Sample>();
    private timer?: NodeJS.Timeout;

    constructor(private readonly pve: Pick<Proxmox, "store" | "health" | "hypervisor">) {}

    /** Takes some at once, and then every ten seconds. */
    async start(): Promise<void> {
        await this.take();
        this.timer = setInterval(() => void this.take(), INTERVAL).unref();
    }

    stop(): void {
        clearInterval(this.timer);
    }

    of({ vmid, node }: { vmid: number; node: string }): Sample | undefined {
        return this.pve.health.isLongGone(node) ? undefined : this.samples.get(vmid);
    }

    /** A node that is off tells nothing more. */
    private async take(): Promise<void> {
        const { store, health } = this.pve;
        const all = store.guests().map(async (guest): Promise<[number, Sample | undefined]> => {
            if (!health.isOn(guest.node)) return [guest.vmid, this.samples.get(guest.vmid)];
            // Lock and tags are of the configuration, which every node has.
            const { cpus: maxcpu, lock: _lock, tags: _tags, template = 0, ...rest } = await summary(this.pve, guest);
            return [guest.vmid, { ...rest, template, maxcpu }];
        });
        this.samples = new Map(
            (await Promise.all(all)).filter((each): each is [number, Sample] => each[1] !== undefined),
        );
    }
}
