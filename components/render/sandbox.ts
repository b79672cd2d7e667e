/**
 * What services may not do to their host (systemd.exec(5)), because none of them needs it. What an owner's own settings
 * of a daemon may need (homes, temporary folders, devices, sudo in a script of keepalived's) is left as the package has
 * it.
 */

const TITLE = "# What it does not need it may not do.";

/** Over the kernel, and over the rules that are for everybody. */
const CAPABILITIES =
    "CapabilityBoundingSet=~CAP_SYS_MODULE CAP_SYS_BOOT CAP_SYS_RAWIO CAP_SYS_PTRACE CAP_SYS_TIME CAP_SYSLOG " +
    "CAP_MKNOD CAP_LINUX_IMMUTABLE CAP_AUDIT_CONTROL CAP_MAC_ADMIN CAP_MAC_OVERRIDE";

/** A call that is filtered fails; the process is not killed for it. */
const REFUSED = "SystemCallErrorNumber=EPERM";

/** Of what it has in its memory, such as a key, nothing is written to a disk. */
const NO_CORE = "LimitCORE=0";

/**
 * Of nginx and HAProxy. Nothing that gives it file systems of its own: the kernel takes those away while the process
 * ends, before systemd hears of it, and the VIP of a killed proxy left 60 ms later.
 */
export function proxySandbox(): string[] {
    return [
        TITLE,
        ...calls(false),
        "SystemCallFilter=~@clock @cpu-emulation @debug @module @mount @obsolete @raw-io @reboot @swap",
        REFUSED,
        CAPABILITIES,
        NO_CORE,
    ];
}

/** Of keepalived and BIRD. */
export function vrrpSandbox(): string[] {
    return [TITLE, "ProtectSystem=full", ...fileSystems(), ...calls(true), CAPABILITIES, NO_CORE];
}

/** Of the watcher: it writes to its folder, to the kernel's network settings, and to a folder of node-exporter's. */
export function watcherSandbox(): string[] {
    return [
        TITLE,
        "ProtectSystem=strict",
        "ReadWritePaths=/run -/var/lib/prometheus/node-exporter",
        "ProtectHome=yes",
        "PrivateTmp=yes",
        "PrivateDevices=yes",
        "NoNewPrivileges=yes",
        "MemoryDenyWriteExecute=yes",
        ...fileSystems(),
        ...calls(true),
        "SystemCallFilter=@system-service",
        REFUSED,
        // Writing to folders of others (node-exporter's), the network, and priorities (chrt).
        "CapabilityBoundingSet=CAP_DAC_OVERRIDE CAP_NET_ADMIN CAP_NET_RAW CAP_SYS_NICE",
    ];
}

const fileSystems = (): string[] => ["ProtectControlGroups=yes", "ProtectKernelLogs=yes", "ProtectKernelModules=yes"];

/** `linkLayer`: it sends frames of its own, such as gratuitous ARP. */
const calls = (linkLayer: boolean): string[] => [
    "LockPersonality=yes",
    "RestrictNamespaces=yes",
    "RestrictSUIDSGID=yes",
    "SystemCallArchitectures=native",
    `RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK${linkLayer ? " AF_PACKET" : ""}`,
];
