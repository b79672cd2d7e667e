/** Where a machine's things are: the names derived from instance and VM id, in one place. */
import { join } from "node:path";
import { cgroupName } from "../cgroups";
import { type LabInstance } from "../instance";
import { vethOf, type Veth } from "../network/namespace";
import { type Daemon } from "../processes";
import { INTERFACE } from "./seed";

export interface Machine {
    vmid: number;
    directory: string;
    /** File with the path of the image below the machine's own layer. */
    imageFile: string;
    /** The machine's own layer of the overlay: everything it has written. */
    upper: string;
    work: string;
    root: string;
    /** What container engines in the machine store: outside of its overlay, because overlays are made of it in turn. */
    containers: string;
    /** NoCloud folder, mounted read-only into the machine like a cloud-init drive. */
    seed: string;
    /** The name systemd-nspawn knows it by. */
    name: string;
    cgroup: string;
    veth: Veth;
    /** The machine's power supply; its log is the machine's console. */
    daemon: Daemon;
}

export function machine(instance: LabInstance, vmid: number): Machine {
    const directory = join(machinesDirectory(instance), String(vmid));
    const member = `vm${vmid}`;
    return {
        vmid,
        directory,
        imageFile: join(directory, "image"),
        upper: join(directory, "disk"),
        work: join(directory, "work"),
        root: join(directory, "root"),
        containers: join(directory, "containers"),
        seed: join(directory, "seed"),
        name: `halab-${instance.name}-${member}`,
        cgroup: cgroupName(instance.name, member),
        veth: vethOf(instance, member, INTERFACE),
        daemon: { name: `machine ${vmid}`, pidFile: join(directory, "pid"), logFile: join(directory, "console.log") },
    };
}

function machinesDirectory(instance: LabInstance): string {
    return join(instance.directory, "machines");
}
