/** What can be done to a host of the pair, or around it, so that it ends by itself or by what is returned. */
import { setTimeout as sleep } from "node:timers/promises";
import { processesOf, signalAll } from "../../../proving-ground/lab/enter";
import { machine as placeOf } from "../../../proving-ground/lab/hypervisor/machine";
import { run, succeeds } from "../../../tools/run";
import { type ExistingMachine, existingMachines, instance } from "../stack/support";

/** Everything in the machine stands still for so long, as a VM does while its node is overloaded or it is moved. */
export async function freeze(machine: ExistingMachine, ms: number): Promise<void> {
    const pids = await processesOf(instance, machine.id);
    signalAll(pids, "SIGSTOP");
    try {
        await sleep(ms);
    } finally {
        signalAll(pids, "SIGCONT");
    }
}

const TABLE = `${instance.nftTable}_faults`;

/** Directions are the machine's: what it receives, and what it sends. */
export interface Loss {
    machine: ExistingMachine;
    direction: "receives" | "sends";
    /** nft's words for the packets; all, where there are none. */
    packets?: string;
    /** Of a hundred; default: all. */
    percent?: number;
}

/** At the cable's end in the bridge. Until `loseNothing`. */
export async function lose(losses: Loss[]): Promise<void> {
    await loseNothing();
    const chains = losses.flatMap(({ machine, direction, packets = "", percent = 100 }, index) => {
        const device = placeOf(instance, machine.id).veth.port;
        // What the bridge's end sends out is what the machine receives.
        const hook = direction === "receives" ? "egress" : "ingress";
        const verdict = percent === 100 ? "drop" : `numgen random mod 100 < ${percent} drop`;
        return [
            `add chain netdev ${TABLE} c${index} { type filter hook ${hook} device "${device}" priority 0; }`,
            `add rule netdev ${TABLE} c${index} ${packets} ${verdict}`,
        ];
    });
    await run("nft", [`add table netdev ${TABLE}; ${chains.join("; ")}`]);
}

/** Also where nothing was lost. */
export async function loseNothing(): Promise<void> {
    await succeeds("nft", [`delete table netdev ${TABLE}`]);
}

/** On its way to or from either host, so many of a hundred. */
export const badNetwork = (percent: number): Loss[] =>
    existingMachines.flatMap((machine) =>
        (["receives", "sends"] as const).map((direction) => ({ machine, direction, percent })),
    );

/**
 * A program for a stranger in the network, who has root on a machine of its own: WHAT INTERFACE VIP ROUTER-ID SECONDS.
 * "arp" says every 0.2 s that it has the VIP; "vrrp" is a master of the same router id with the highest priority, to
 * everybody and to the hosts by name.
 */
export const STRANGER = String.raw`
use strict; use warnings; use Socket; use Time::HiRes qw(time sleep);
my ($what, $interface, $vip, $id, $seconds, @hosts) = @ARGV;
my $until = time + $seconds;
my $address = inet_aton($vip);
if ($what eq 'arp') {
    my ($index, $mac) = ${"`ip -o link show dev $interface`"} =~ m{^(\d+):.*link/ether (\S+)} or die;
    $mac = pack 'H*', join '', split /:/, $mac;
    socket my $link, 17, SOCK_RAW, 0x0608 or die "socket: $!";
    my $frame = "\xff" x 6 . $mac . pack('nnnCCn', 0x0806, 1, 0x0800, 6, 4, 2) . $mac . $address . "\xff" x 6 . $address;
    my $to = pack 'SnlSCCa8', 17, 0x0806, $index, 1, 0, 6, "\xff" x 6;
    while (time < $until) { send $link, $frame, 0, $to or die "send: $!"; sleep 0.2 }
} else {
    socket my $raw, AF_INET, SOCK_RAW, 112 or die "socket: $!";
    setsockopt $raw, 0, 33, pack('i', 255); setsockopt $raw, 0, 2, pack('i', 255);
    my ($self) = map { /inet ([\d.]+)/ } ${"`ip -4 -o address show dev $interface`"};
    for my $round (1 .. 1e9) {
        last if time >= $until;
        for my $target ('224.0.0.18', @hosts) {
            my $to = inet_aton($target);
            my $packet = pack('CCCCnn', 0x31, $id, 255, 1, 10, 0) . $address;
            my $sum = unpack '%32n*', inet_aton($self) . $to . pack('CCn', 0, 112, length $packet) . $packet;
            $sum = ($sum & 0xffff) + ($sum >> 16) for 1 .. 2;
            substr $packet, 6, 2, pack 'n', ~$sum & 0xffff;
            send $raw, $packet, 0, pack_sockaddr_in(0, $to);
        }
        sleep 0.1;
    }
}
`;
