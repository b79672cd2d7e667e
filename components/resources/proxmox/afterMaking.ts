/**
 * Whether a VM is what it was to become. The provider notes a change that failed half-way as made: Pulumi then shows no
 * difference, and the VM goes on with what it had.
 */
import type { ProxmoxApi } from "./api";
import { type Config, configOf, currentOf, type Guest, guestsOf, hasAddress, isOurs, type Wanted } from "./guests";

const MIB = 1024 ** 2;
const GIB_OF: Record<string, number> = { K: 1 / 1024 ** 2, M: 1 / 1024, G: 1, T: 1024 };

/** Says what of it is not as it is configured, for users; nothing where all is, or the VM cannot be asked. */
export async function afterMaking(
    api: ProxmoxApi,
    wanted: Wanted,
    vmId: number,
    log: (text: string) => void,
): Promise<void> {
    const { name, machine } = wanted;
    const guests = await guestsOf(api);
    const node = guests.find(({ vmid }) => vmid === vmId)?.node;
    if (node === undefined) return;
    await sayStrays(api, wanted, vmId, guests, log);
    const config = await configOf(api, node, vmId);
    const which = `${name}: its VM ${vmId} on ${node}`;
    const missed = missedSettings(config, wanted);
    if (missed.length > 0) {
        log(
            `${which} has ${missed.join(", ")}: a change of it failed, or it was changed in Proxmox. Pulumi does not ` +
                "see this by itself: run pulumi up --refresh.",
        );
        return;
    }
    const current = await currentOf(api, node, vmId);
    const wantedCpus = machine.cores * (machine.cpu.sockets ?? 1);
    const { status, maxmem = machine.memory * MIB, cpus = wantedCpus } = current;
    if (status === "running" && (maxmem !== machine.memory * MIB || cpus !== wantedCpus))
        log(
            `${which} still runs with ${maxmem / MIB} MiB and ${cpus} cores, not ${machine.memory} MiB and ` +
                `${wantedCpus}: it could not be restarted. Restart it while another host has the VIP: ` +
                `qm reboot ${vmId} on ${node}.`,
        );
}

function missedSettings(config: Config, wanted: Wanted): string[] {
    const { address, machine } = wanted;
    const memory = Number(/\d+/.exec(String(config["memory"] ?? ""))?.[0] ?? machine.memory);
    const cores = Number(config["cores"] ?? 1);
    const [, size, unit] = /(?:^|,)size=(\d+)([KMGT])/.exec(String(config[machine.diskInterface] ?? "")) ?? [];
    const disk = size === undefined ? machine.diskSize : Number(size) * GIB_OF[unit!]!;
    return [
        ...(memory === machine.memory ? [] : [`memory ${memory}, not ${machine.memory}`]),
        ...(cores === machine.cores ? [] : [`cores ${cores}, not ${machine.cores}`]),
        ...(disk >= machine.diskSize ? [] : [`a disk of ${disk} GiB, not ${machine.diskSize}`]),
        ...(hasAddress(config, wanted) ? [] : [`another address than ${address}`]),
    ];
}

/** A VM that an earlier run made and did not live to note. It may run, with the same address. */
async function sayStrays(
    api: ProxmoxApi,
    { name, mark, address }: Wanted,
    vmId: number,
    guests: Guest[],
    log: (text: string) => void,
): Promise<void> {
    for (const { vmid, node, ...guest } of guests) {
        if (guest.name !== name || vmid === vmId) continue;
        const config = await configOf(api, node, vmid).catch((): Config => ({}));
        if (isOurs(config, { name, mark }))
            log(
                `${name}: the VM ${vmid} on ${node} was made for this host too, whose VM is ${vmId}: by a run that was ` +
                    `killed, or in a state that is lost. Both have ${address}, and Pulumi does not know it. Remove ` +
                    `it, on ${node}: qm stop ${vmid} && qm destroy ${vmid}`,
            );
    }
}
