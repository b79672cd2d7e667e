/** A hypervisor that boots nothing: it remembers its calls, and can be made slow or made to fail. */
import {
    type GuestInterface,
    type Hypervisor,
    type MachineSpec,
} from "../../../proving-ground/lab/hypervisor/hypervisor";
import type { PacketFilter } from "../../../proving-ground/lab/hypervisor/packetFilter";

export class FakeHypervisor implements Hypervisor {
    /** Root file system by machine. */
    readonly disks = new Map<number, string>();
    /** What each running machine was started with. */
    readonly running = new Map<number, MachineSpec>();
    /** What each machine may send and receive; one that is not here, everything. */
    readonly filters = new Map<number, PacketFilter>();
    /** Every start, in order. */
    readonly starts: MachineSpec[] = [];
    /** Machines whose guest never reacts to a request to power off. */
    readonly deaf = new Set<number>();
    /** Machines whose agent does not answer. */
    readonly agentless = new Set<number>();
    /** Milliseconds it takes to copy a disk. */
    cloneTime = 0;
    /** Thrown by the next start. */
    startFailure?: Error;
    private readonly since = new Map<number, number>();

    createDisk(vmid: number, image: string): Promise<void> {
        if (!/^debian-1[23]$/.test(image))
            return Promise.reject(new Error(`There is no root file system named ${image}.`));
        this.disks.set(vmid, image);
        return Promise.resolve();
    }

    async cloneDisk(source: number, vmid: number): Promise<void> {
        const image = this.disks.get(source);
        if (image === undefined) throw new Error(`Machine ${source} has no disk.`);
        await sleep(this.cloneTime);
        this.disks.set(vmid, image);
    }

    removeDisk(vmid: number): Promise<void> {
        this.running.delete(vmid);
        this.disks.delete(vmid);
        return Promise.resolve();
    }

    start(machine: MachineSpec): Promise<void> {
        const failure = this.startFailure;
        this.startFailure = undefined;
        if (failure !== undefined) return Promise.reject(failure);
        if (!this.disks.has(machine.vmid)) return Promise.reject(new Error(`Machine ${machine.vmid} has no disk.`));
        if (this.running.has(machine.vmid)) return Promise.resolve();
        this.running.set(machine.vmid, machine);
        this.starts.push(machine);
        this.since.set(machine.vmid, Date.now());
        return Promise.resolve();
    }

    async shutdown(vmid: number, timeoutSeconds: number): Promise<void> {
        const deadline = Date.now() + timeoutSeconds * 1000;
        while (this.deaf.has(vmid) && Date.now() < deadline) await sleep(10);
        this.running.delete(vmid);
    }

    stop(vmid: number): Promise<void> {
        this.running.delete(vmid);
        return Promise.resolve();
    }

    filter(vmid: number, filter: PacketFilter | undefined): Promise<void> {
        if (filter === undefined) this.filters.delete(vmid);
        else this.filters.set(vmid, filter);
        return Promise.resolve();
    }

    isRunning(vmid: number): Promise<boolean> {
        return Promise.resolve(this.running.has(vmid));
    }

    uptime(vmid: number): Promise<number> {
        return Promise.resolve(this.running.has(vmid) ? (Date.now() - (this.since.get(vmid) ?? 0)) / 1000 : 0);
    }

    interfaces(vmid: number): Promise<GuestInterface[]> {
        const machine = this.running.get(vmid);
        if (machine === undefined || this.agentless.has(vmid)) return Promise.reject(new Error("no answer"));
        const [address = "", prefix] = (machine.cloudInit.address ?? "").split("/");
        return Promise.resolve([
            {
                name: "lo",
                macAddress: "00:00:00:00:00:00",
                addresses: [{ address: "127.0.0.1", family: "ipv4", prefixLength: 8 }],
            },
            {
                name: "host0",
                macAddress: machine.macAddress,
                addresses: [{ address, family: "ipv4", prefixLength: Number(prefix) }],
            },
        ]);
    }
}

function sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
        // A test that ends is not kept alive by a machine that does not.
        setTimeout(resolve, milliseconds).unref();
    });
}
