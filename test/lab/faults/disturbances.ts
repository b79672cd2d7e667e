/** What can be done to a host of the pair, or around it, so that it ends by itself or by what is returned. */
import { setTimeout as sleep } from "node:timers/promises";
import { processesOf, signalAll } from "../../../proving-ground/lab/enter";
import { slotVeth } from "../../../proving-ground/lab/apiserver/slot";
import { bothWays, type Loss } from "../../../proving-ground/lab/network/loss";
import { inNamespace } from "../../../proving-ground/lab/network/namespace";
import { type ExistingMachine, existingMachines, instance, vip } from "../stack/support";

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

/** On its way to or from either host, so many of a hundred. */
export const badNetwork = (percent: number): Loss[] => existingMachines.flatMap(({ id }) => bothWays(id, 10 * percent));

/** Where a stranger sits: an API server's place in the network, behind another one the clients are served by. */
const STRANGERS_PLACE = slotVeth(instance, instance.apiServers[2]!.name);
const ROUTER_ID = "100";

/**
 * A stranger in the network acts for some seconds: it says that it has the VIP, or is a master of the pair's router id.
 * Returns, when it has done so for a while, what waits for its end.
 */
export async function strangerActs(what: "arp" | "vrrp", seconds = 6): Promise<() => Promise<unknown>> {
    const hosts = existingMachines.map(({ address }) => address);
    const words = [what, STRANGERS_PLACE.interface, vip, ROUTER_ID, String(seconds), ...hosts];
    const over = inNamespace(STRANGERS_PLACE.namespace, ["perl", "-e", STRANGER, ...words]);
    await Promise.race([over, sleep(3000)]);
    return () => over;
}

/**
 * A program for a stranger in the network, who has root on a machine of its own: WHAT INTERFACE VIP ROUTER-ID SECONDS.
 * "arp" says every 0.2 s that it has the VIP; "vrrp" is a master of the same router id with the highest priority, to
 * everybody and to the hosts by name.
 */
const STRANGER = String.raw`
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
