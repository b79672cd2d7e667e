/**
 * What services may not do to their host (systemd.exec(5)), because none of them needs it. What an owner's own settings
 * of a daemon may need (homes, temporary folders, devices, sudo in a script of keepalived's) is left as the package has
 * it.
 */

const KERNEL = ["CAP_SYS_MODULE", "CAP_SYS_BOOT", "CAP_SYS_RAWIO", "CAP_SYS_PTRACE", "CAP_SYS_TIME", "CAP_SYSLOG"];
const SYSTEM = ["CAP_MKNOD", "CAP_LINUX_IMMUTABLE", "CAP_AUDIT_CONTROL", "CAP_MAC_ADMIN", "CAP_MAC_OVERRIDE"];

/** Of keepalived, BIRD and the proxies. AF_PACKET: gratuitous ARP. */
export function daemonSandbox({ linkLayer }: { linkLayer: boolean }): string[] {
    return [
        "# What it does not need it may not do.",
        "ProtectSystem=full",
        ...common(linkLayer),
        `CapabilityBoundingSet=~${[...KERNEL, ...SYSTEM].join(" ")}`,
        "# What it has in its memory, such as a key, is written to no disk.",
        "LimitCORE=0",
    ];
}

/** Of the watcher: it writes to its folder, to the kernel's network settings, and to a folder of node-exporter's. */
export function watcherSandbox(): string[] {
    return [
        "# What it does not need it may not do.",
        "ProtectSystem=strict",
        "ReadWritePaths=/run -/var/lib/prometheus/node-exporter",
        "ProtectHome=yes",
        "PrivateTmp=yes",
        "PrivateDevices=yes",
        "NoNewPrivileges=yes",
        "MemoryDenyWriteExecute=yes",
        ...common(true),
        "SystemCallFilter=@system-service",
        "SystemCallErrorNumber=EPERM",
        // Writing to folders of others (node-exporter's), the network, and priorities (chrt).
        "CapabilityBoundingSet=CAP_DAC_OVERRIDE CAP_NET_ADMIN CAP_NET_RAW CAP_SYS_NICE",
    ];
}

function common(linkLayer: boolean): string[] {
    return [
        "ProtectControlGroups=yes",
        "ProtectKernelLogs=yes",
        "ProtectKernelModules=yes",
        "LockPersonality=yes",
        "RestrictNamespaces=yes",
        "RestrictSUIDSGID=yes",
        "SystemCallArchitectures=native",
        `RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK${linkLayer ? " AF_PACKET" : ""}`,
    ];
}
