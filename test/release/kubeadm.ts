/**
 * Machines that kubeadm makes a cluster of: with kubelet, its unit as Kubernetes' packages have it, and a container
 * runtime. All of Kubernetes is real; the runtime is ours, and runs containers as processes of the machine.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { kubeadmFolders } from "../../proving-ground/lab/kubernetes/binaries";
import { raise, WATCHERS } from "../../proving-ground/lab/kernelSettings";
import { RELEASES } from "../../proving-ground/lab/release";
import { sshArguments } from "../../proving-ground/lab/ssh";
import { run } from "../../tools/run";
import { address, bootClean, type ExistingMachine } from "../lab/stack/support";
import { type Admin, instance } from "../lab/kubernetes/support";

/** Where a machine sees the folders with the programs. */
const PROGRAMS = "/opt/kubernetes";

/** kubeadm misses control groups with controllers, which are the lab's alone. */
const AS_HERE = "--ignore-preflight-errors=SystemVerification";

/** Control groups are the lab's. */
const KUBELET_ARGS = "--cgroups-per-qos=false --enforce-node-allocatable=";

const SET_UP = `
find ${PROGRAMS} -type f -exec ln -s -t /usr/local/bin {} +
ln -s process-runtime /usr/local/bin/crictl
sysctl --quiet --write net.ipv4.ip_forward=1
# The kernel's log and its settings are the lab's too: a kubelet that finds what it wants leaves them alone.
ln -s /dev/null /dev/kmsg
for setting in vm/overcommit_memory=1 kernel/panic=10 kernel/panic_on_oops=1; do
    file=/run/settings/\${setting%=*}
    mkdir -p "\${file%/*}"
    echo "\${setting#*=}" > "$file"
    mount --bind "$file" "/proc/sys/\${setting%=*}"
done
cat > /etc/systemd/system/containerd.service <<'END'
[Service]
ExecStart=/usr/local/bin/process-runtime
END
cat > /etc/systemd/system/kubelet.service <<'END'
[Unit]
Wants=network-online.target
After=network-online.target containerd.service
StartLimitIntervalSec=0
[Service]
ExecStart=/usr/local/bin/kubelet
Restart=always
RestartSec=1
[Install]
WantedBy=multi-user.target
END
mkdir /etc/systemd/system/kubelet.service.d
cat > /etc/systemd/system/kubelet.service.d/10-kubeadm.conf <<'END'
[Service]
Environment="KUBELET_KUBECONFIG_ARGS=--bootstrap-kubeconfig=/etc/kubernetes/bootstrap-kubelet.conf --kubeconfig=/etc/kubernetes/kubelet.conf"
Environment="KUBELET_CONFIG_ARGS=--config=/var/lib/kubelet/config.yaml"
EnvironmentFile=-/var/lib/kubelet/kubeadm-flags.env
EnvironmentFile=-/etc/default/kubelet
ExecStart=
ExecStart=/usr/local/bin/kubelet $KUBELET_KUBECONFIG_ARGS $KUBELET_CONFIG_ARGS $KUBELET_KUBEADM_ARGS $KUBELET_EXTRA_ARGS
END
echo 'KUBELET_EXTRA_ARGS="${KUBELET_ARGS}"' > /etc/default/kubelet
systemctl daemon-reload
systemctl enable --quiet kubelet
systemctl start containerd
`;

/** A machine with this last octet of its address. */
export const kubeadmMachine = (name: string, octet: number): ExistingMachine => ({
    id: 9890 + octet,
    name,
    address: address(octet),
    release: RELEASES[0],
});

/** Boots them from clean disks, and installs what kubeadm expects. */
export async function startKubeadmMachines(machines: ExistingMachine[]): Promise<void> {
    const folders = Object.fromEntries(
        (await kubeadmFolders()).map((folder, index) => [`${PROGRAMS}/${index}`, folder]),
    );
    await raise(instance, WATCHERS, 1024);
    await bootClean(machines, { memoryMiB: 2048, folders });
    for (const machine of machines) await asRoot(machine, SET_UP);
}

/** Runs a script there as root; fails with all it printed when it does. */
export async function asRoot(machine: ExistingMachine, script: string, timeoutMs = 60_000): Promise<string> {
    const login = [...sshArguments(instance, machine.address), "sudo bash -euo pipefail"];
    return run("ssh", login, { input: script, timeout: timeoutMs });
}

/** Runs `kubeadm init` or `join` there; when it fails, what the kubelet wrote is part of why. */
export async function withKubeadm(machine: ExistingMachine, command: string, timeoutMs = 120_000): Promise<string> {
    return asRoot(machine, `${command} ${AS_HERE}`, timeoutMs).catch(async (error: Error) => {
        const log = await asRoot(machine, "journalctl --unit kubelet --no-pager --lines 30 --output cat");
        throw new Error(`${error.message}\nThe kubelet's log ends so:\n${log}`);
    });
}

/** A block of the page, in this lab; without the indentation that it has inside of a list. */
export function inThisLab(text: string): string {
    const indentation = /^ */.exec(text)![0];
    return text
        .replaceAll("10.30.100.", `${instance.subnet}.`)
        .replaceAll(new RegExp(`^${indentation}`, "gm"), "")
        .trimEnd();
}

/** What `kubeadm init` prints for the machines that are to join. */
export function joinCommands(printed: string): { controlPlane: string; worker: string } {
    const found = printed
        .replace(/\\\n\s*/g, "")
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line.startsWith("kubeadm join "));
    const controlPlane = found.find((line) => line.includes(" --control-plane"));
    const worker = found.find((line) => !line.includes(" --control-plane"));
    if (worker === undefined) throw new Error(`kubeadm printed no command to join with:\n${printed}`);
    return { controlPlane: controlPlane ?? "", worker };
}

/** Which API server each kubeconfig of the machine names, by its file. */
export async function serversOf(machine: ExistingMachine): Promise<Record<string, string>> {
    const lines = (await asRoot(machine, "grep -H 'server:' /etc/kubernetes/*.conf")).trim().split("\n");
    return Object.fromEntries(
        lines.map((line) => /^\/etc\/kubernetes\/(\S+): +server: (\S+)$/.exec(line)!.slice(1) as [string, string]),
    );
}

/** Asks again until it is so: Kubernetes takes its time, and the load balancer a few health checks. */
export async function until(happened: () => Promise<boolean>, timeoutMs = 60_000): Promise<void> {
    for (const deadline = Date.now() + timeoutMs; ; await sleep(500)) {
        let why: unknown = "it did not happen";
        if (await happened().catch((error: unknown) => ((why = error), false))) return;
        if (Date.now() > deadline) throw new Error(`not within ${timeoutMs / 1000} s: ${String(why)}`);
    }
}

/** Waits until the cluster has these nodes and no others, all ready. A kubelet registers its own after a join. */
export async function nodesReady(admin: Admin, names: string[]): Promise<void> {
    const states = '{range .items[*]}{.metadata.name}={.status.conditions[?(@.type=="Ready")].status}{"\\n"}{end}';
    const wanted = names.map((name) => `${name}=True`).sort();
    await until(async () => {
        const found = (await admin.kubectl("get", "nodes", `--output=jsonpath=${states}`)).split("\n").sort();
        return found.join() === wanted.join();
    });
}
