/**
 * What Proxmox power-cycles a VM for: the inputs of a VmLegacy whose change the provider takes as one that needs a
 * reboot (`vmUpdate` of terraform-provider-proxmox, of the version that package.json pins), since `rebootAfterUpdate`
 * is set. Network devices and most of a disk are changed while the VM runs.
 */
const POWER_CYCLED_FOR: readonly string[] = [
    "acpi",
    "agent",
    "amdSev",
    "audioDevice",
    "bios",
    "bootOrders",
    "cpu",
    "efiDisk",
    "hostpcis",
    "initialization",
    "keyboardLayout",
    "kvmArguments",
    "machine",
    "memory",
    "numas",
    "operatingSystem",
    "rngs",
    "scsiHardware",
    "serialDevices",
    "tabletDevice",
    "tpmState",
    "usbs",
    "vga",
    "virtiofs",
    "watchdog",
];

/** What of a disk waits for the next start. */
const OF_DISKS = /^disks\[\d+\]\.(aio|queues)$/;

/** Whether a change of the input at this path (`memory.dedicated`) power-cycles the VM. */
export function powerCycles(path: string): boolean {
    return POWER_CYCLED_FOR.includes(path.replace(/[.[].*$/s, "")) || OF_DISKS.test(path);
}
