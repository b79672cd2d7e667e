/**
 * What Proxmox power-cycles a VM for: the inputs of a VmLegacy whose change the provider takes as one that needs a
 * reboot (`vmUpdate` of terraform-provider-proxmox, of the version that package.json pins), since `rebootAfterUpdate`
 * is set. Network devices and the size of a disk are changed while the VM runs.
 */
export const POWER_CYCLED_FOR: readonly string[] = [
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
