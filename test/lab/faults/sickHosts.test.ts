/**
 * Hosts that are sick, and networks: while it lasts the VIP is served where it can be, and when it is over all is as if
 * nothing had happened.
 */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type Loss, loseNothing, losePackets } from "../../../proving-ground/lab/network/loss";
import { instance } from "../machines/support";
import { type ExistingMachine, existingMachines, observedDuring, onHost } from "../stack/support";
import { badNetwork, freeze, strangerActs } from "./disturbances";
import { otherThan, type Pair, triedOn } from "./pair";

/** Of the interface of each host of the lab. */
const INTERFACE = "host0";

interface Trouble {
    title: string;
    /** Its host; the first is that of the title's cases, and all are tried. */
    on: readonly ("master" | "backup")[];
    /** Returns what undoes it, where it does not end by itself. */
    make: (pair: Pair, machine: ExistingMachine) => Promise<void | (() => Promise<unknown>)>;
    /** What must be so while it lasts. Default: it is served by some host, alone. */
    meanwhile?: "nothing is asked" | "the VIP stays where it is";
}

const BOTH = ["master", "backup"] as const;

const shell =
    (script: string, undo?: string): Trouble["make"] =>
    async (pair, machine) => {
        await pair.on(machine, script);
        return undo === undefined ? undefined : () => pair.on(machine, undo);
    };

const killed = (what: string, processes: string): Trouble => ({
    title: `killed, as for want of memory: ${what}`,
    on: BOTH,
    make: shell(`kill -KILL $(${processes})`),
});

const frozen = (seconds: number): Trouble => ({
    title: `frozen for ${seconds} s`,
    on: BOTH,
    make: (_pair, machine) => freeze(machine, seconds * 1000),
    meanwhile: "nothing is asked",
});

const stranger = (title: string, what: "arp" | "vrrp"): Trouble => ({
    title,
    on: ["master"],
    make: () => strangerActs(what),
    meanwhile: "the VIP stays where it is",
});

const lossy = (
    title: string,
    role: "master" | "backup",
    seconds: number,
    losses: (machine: ExistingMachine) => Loss[],
): Trouble => ({
    title,
    on: [role],
    make: async (_pair, machine) => {
        await losePackets(instance, losses(machine));
        await sleep(seconds * 1000);
        return () => loseNothing(instance);
    },
    meanwhile: "nothing is asked",
});

/** Made as small as what is in it, and filled: nothing can be written there. */
const FULL_RUN =
    "mount -o remount,size=$(($(df --output=used -k /run | tail -n 1) + 64))k /run && " +
    "head -c 64M /dev/zero > /run/filled 2> /dev/null; ! echo x > /run/filled-too";
const EMPTIED_RUN = "rm -f /run/filled /run/filled-too; mount -o remount,size=20% /run";

/** As a kernel makes a file system that it has found damaged; of a machine in a container its folders one by one. */
const READ_ONLY =
    "for folder in /etc /usr /var; do mount --bind $folder $folder && mount -o remount,bind,ro $folder; done";
/** What was started meanwhile, with file systems of its own, still cannot write. */
const WRITABLE = "umount --lazy /etc /usr /var; systemctl restart ha-api-watcher nginx keepalived";

/** The kernel ends it, or another. */
const HOG = `perl -e 'my @all; while (1) { push @all, "x" x 4_000_000 }' 2> /dev/null`;

const FEW_FILES = "/run/systemd/system/nginx.service.d";

const TROUBLES: Trouble[] = [
    killed("nginx's master process", "cat /run/nginx.pid"),
    killed("nginx's workers", "pgrep -P $(cat /run/nginx.pid)"),
    killed("keepalived", "systemctl show --property MainPID --value keepalived"),
    killed("keepalived's VRRP process", "pgrep -P $(systemctl show --property MainPID --value keepalived)"),
    killed("the watcher", "systemctl show --property MainPID --value ha-api-watcher"),
    killed("all of them", "pgrep 'nginx|keepalived'; systemctl show --property MainPID --value ha-api-watcher"),
    ...[0.2, 1, 3, 12, 60].map(frozen),
    {
        title: "no file descriptors left for the proxy",
        on: BOTH,
        make: shell(
            `files=$(ls /proc/$(pgrep -P $(cat /run/nginx.pid) | head -n 1)/fd | wc -l); mkdir -p ${FEW_FILES}; ` +
                `printf "[Service]\\nLimitNOFILE=$files\\n" > ${FEW_FILES}/few.conf; ` +
                "systemctl daemon-reload; systemctl restart nginx",
            `rm -r ${FEW_FILES}; systemctl daemon-reload; systemctl restart nginx`,
        ),
    },
    { title: "nft flush ruleset", on: BOTH, make: shell("nft flush ruleset") },
    {
        title: "a firewall that reads its rules again, all others gone",
        on: BOTH,
        // As Debian's nftables does with its file, which begins so.
        make: shell("printf 'flush ruleset\\ntable inet filter { }\\n' | nft -f -", "nft delete table inet filter"),
    },
    { title: "systemd-networkd restarted", on: BOTH, make: shell("systemctl restart systemd-networkd") },
    { title: "keepalived restarted by somebody else", on: BOTH, make: shell("systemctl restart keepalived") },
    { title: "nginx restarted by somebody else", on: BOTH, make: shell("systemctl restart nginx") },
    {
        title: "nginx and keepalived upgraded by somebody else",
        on: BOTH,
        make: shell(
            "export DEBIAN_FRONTEND=noninteractive; apt-get -q update > /dev/null && " +
                "apt-get -q -y install --reinstall nginx keepalived > /dev/null 2>&1",
        ),
    },
    { title: "systemd told to begin again", on: BOTH, make: shell("systemctl daemon-reexec") },
    {
        title: "nginx and keepalived stopped by somebody else",
        on: BOTH,
        make: shell("systemctl stop nginx keepalived", "systemctl start nginx keepalived"),
    },
    { title: "/run filled by another program", on: BOTH, make: shell(FULL_RUN, EMPTIED_RUN) },
    {
        title: "/run filled by another program, and the proxy killed",
        on: ["master"],
        make: shell(`${FULL_RUN}; pkill -KILL nginx`, EMPTIED_RUN),
    },
    { title: "a disk that can only be read", on: BOTH, make: shell(READ_ONLY, WRITABLE) },
    {
        title: "a disk that can only be read, and the proxy killed",
        on: ["master"],
        make: shell(`${READ_ONLY}; pkill -KILL nginx`, WRITABLE),
    },
    { ...lossy("2 % of all packets lost", "master", 10, () => badNetwork(2)), meanwhile: "the VIP stays where it is" },
    lossy("advertisements lost on the way to the backup, and none on the way back", "backup", 5, ({ id: who }) => [
        { who, direction: "receives", packets: "ip protocol vrrp" },
    ]),
    lossy("nothing that the master sends arrives", "master", 5, ({ id: who }) => [{ who, direction: "sends" }]),
    lossy("nothing arrives that is sent to the master", "master", 5, ({ id: who }) => [{ who, direction: "receives" }]),
    {
        title: "memory that another program takes, all that there is, five times",
        on: BOTH,
        // By SSH, since what is started from outside is not within the machine's limits.
        make: (_pair, { address }) =>
            onHost(address, `for try in 1 2 3 4 5; do ${HOG} || true; done`, 120_000).then(() => undefined),
        meanwhile: "the VIP stays where it is",
    },
    {
        title: "frames of one host may be shorter than those of the others",
        on: BOTH,
        make: shell(`ip link set ${INTERFACE} mtu 1280`, `ip link set ${INTERFACE} mtu 1500`),
        meanwhile: "the VIP stays where it is",
    },
    stranger("a stranger that says it has the VIP", "arp"),
    stranger("a stranger with the same router id and the highest priority", "vrrp"),
];

describe("sick hosts", function () {
    this.timeout(180_000);
    const { pair, survives } = triedOn("test-sick-hosts", {
        trouble: "sick hosts and networks",
        as: "each on master and backup",
    });

    for (const { title, on, make, meanwhile } of TROUBLES)
        for (const role of on)
            it(`${title} (${role})`, () =>
                survives(async () => {
                    const master = await pair.master();
                    const machine = role === "master" ? master : otherThan(master);
                    const undo = await make(pair, machine);
                    try {
                        if (meanwhile === undefined)
                            await pair.settles({ able: existingMachines, reached: existingMachines, answering: true });
                        if (meanwhile === "the VIP stays where it is") {
                            assert.deepEqual(await pair.masters(), [master.name]);
                            const seen = await observedDuring(() => sleep(2000));
                            assert.equal(seen.failed, 0, JSON.stringify(seen));
                        }
                    } finally {
                        await undo?.();
                    }
                    await pair.atRest();
                }));

    it("leaves nothing for the next `up` to do", async () => {
        await pair.stack.up("--refresh", "--expect-no-changes");
    });
});
