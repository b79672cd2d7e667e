/** What an owner would inspect to see whether anything was left behind on a restored machine. */
import { onHost } from "./support";

/** One line each. */
export interface Snapshot {
    /** Files and links, and folders where they could be ours: path, permissions, owner, and checksum or target. */
    files: string[];
    packages: string[];
    /** Those that `apt autoremove` leaves alone because they were installed by name. */
    marks: string[];
    /** systemd units, and whether they are enabled. */
    units: string[];
    /** Services that run. */
    running: string[];
    /** What Docker and Podman have, where there is such an engine. */
    containers: string[];
    accounts: string[];
    /** Mounts, network links, kernel settings. */
    kernel: string[];
}

/** Places of configuration, programs, state and logs. */
const PLACES = [
    "/etc /usr/local /opt /usr/share/keyrings /usr/sbin/policy-rc.d /run/ha-api /run/containers /run/libpod " +
        "/run/docker /run/containerd /var/log",
    "/var/lib/ha-api /var/lib/nginx /var/lib/haproxy /var/lib/keepalived /var/lib/containers /var/lib/docker " +
        "/var/lib/containerd /var/lib/cni /var/cache/nginx",
].join(" ");

/**
 * What may differ afterwards: backups and caches of the system's own tools, what was logged in logs that were there
 * before, and systemd-networkd, which netplan enables again, and until the next boot only, whenever systemd reads its
 * units again.
 */
const BOOKKEEPING = new RegExp(
    [
        "^/etc/(ld\\.so\\.cache|(passwd|group|shadow|gshadow|subuid|subgid)-?) ",
        "^/var/log/(journal/|apt/|btmp|dpkg\\.log|alternatives\\.log|lastlog|wtmp|faillog|cloud-init|syslog|auth\\.log|private " +
            ")",
        "^/var/log/nginx/(access|error)\\.log ",
        "^systemd-networkd",
    ].join("|"),
);

export async function snapshot(address: string): Promise<Snapshot> {
    const lines = async (command: string): Promise<string[]> => (await onHost(address, command)).split("\n").sort();
    const what =
        `stat -c "%n %A %U %G" "$each"; if test -L "$each"; then readlink "$each"; elif test -f "$each"; then ` +
        `sha256sum < "$each"; fi`;
    return {
        files: await lines(
            `sudo find ${PLACES} -xdev -print0 2> /dev/null | sudo xargs -0 sh -c 'for each do echo ` +
                `$(${what}); done' sh`,
        ),
        packages: await lines("dpkg-query --show --showformat '${Package} ${Version} ${db:Status-Status}\\n'"),
        marks: await lines("apt-mark showmanual"),
        units: await lines(
            "systemctl list-unit-files --type service,socket,timer --no-legend --plain | awk '{print $1, $2}'",
        ),
        running: await lines(
            "systemctl list-units --type service --state running --plain --no-legend | awk '{print $1}' | " +
                "grep -vE '^(user@|systemd-|cloud-)'",
        ),
        containers: await lines(
            ["docker", "podman"]
                .map(
                    (engine) =>
                        `if command -v ${engine} > /dev/null; then ${[
                            "ps --all --format '{{.Image}} {{.Names}} {{.State}}'",
                            "image ls --format '{{.Repository}} {{.ID}}'",
                            "volume ls --format '{{.Name}}'",
                            "network ls --format '{{.Name}}'",
                        ]
                            .map((words) => `sudo ${engine} ${words}`)
                            .join("; ")}; fi`,
                )
                .join("; "),
        ),
        accounts: await lines("getent passwd; getent group"),
        kernel: await lines(
            [
                "awk '{print \"mount\", $5}' /proc/self/mountinfo | grep -vE '/run/(user|credentials)'",
                "ip -o link show | awk -F '[:@ ]+' '{print \"link\", $2}'; ip -o address show scope global | " +
                    "awk '{print \"address\", $4}'",
                "sudo sysctl net.ipv4.ip_nonlocal_bind net.ipv4.ip_forward",
            ].join("; "),
        ),
    };
}

/** Lines of one that the other does not have. */
export function differences(before: Snapshot, now: Snapshot): string[] {
    const compare = (a: string[], b: string[]): string[] => {
        const [inA, inB] = [new Set(a), new Set(b)];
        return [
            ...a.filter((line) => !inB.has(line)).map((line) => `- ${line}`),
            ...b.filter((line) => !inA.has(line)).map((line) => `+ ${line}`),
        ];
    };
    return (["files", "packages", "marks", "units", "running", "containers", "accounts", "kernel"] as const)
        .flatMap((part) => compare(before[part], now[part]))
        .filter((line) => !BOOKKEEPING.test(line.slice(2)));
}
