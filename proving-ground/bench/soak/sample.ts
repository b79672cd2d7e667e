/** What the load balancer takes of a host, and what it has there that comes and goes. */
import type { LabInstance } from "../../lab/instance";
import { type BenchMachine, onMachine } from "../support/machines";

export const FIGURES = {
    proxyMemory: "the proxy's memory, MiB",
    keepalivedMemory: "keepalived's, MiB",
    watcherMemory: "the watcher's, MiB",
    files: "open files of all three",
    processes: "processes of the proxy",
    known: "connections that the switchover's rules know",
    routes: "routes to the VIP",
} as const;

export type Sample = Record<keyof typeof FIGURES, number>;

/** Memory is that of the processes' own and their share of what is shared (PSS). */
const SCRIPT = (vip: string): string => `sudo bash -c '
pss() { for pid in "$@"; do awk "/^Pss:/ {print \\$2}" /proc/$pid/smaps_rollup; done 2> /dev/null | awk "{sum += \\$1} END {print sum + 0}"; }
proxy=$(pgrep -x nginx) keepalived=$(pgrep -x keepalived) watcher=$(systemctl show --property MainPID --value ha-api-watcher)
files=0
for pid in $proxy $keepalived $watcher; do files=$((files + $(ls /proc/$pid/fd 2> /dev/null | wc -l))); done
echo $(pss $proxy) $(pss $keepalived) $(pss $watcher) $files $(wc -w <<< "$proxy") \
    $(nft list set ip ha_api_kube_api known | grep -o expires | wc -l) $(ip route show table local ${vip} | wc -l)'`;

export async function sampleOf(instance: LabInstance, { address }: BenchMachine, vip: string): Promise<Sample> {
    const [proxy, keepalived, watcher, files, processes, known, routes] = (
        await onMachine(instance, address, SCRIPT(vip))
    )
        .split(" ")
        .map(Number) as [number, number, number, number, number, number, number];
    const [proxyMemory, keepalivedMemory, watcherMemory] = [proxy, keepalived, watcher].map((kib) => kib / 1024) as [
        number,
        number,
        number,
    ];
    return { proxyMemory, keepalivedMemory, watcherMemory, files, processes, known, routes };
}
