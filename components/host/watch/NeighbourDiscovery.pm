package Watch::NeighbourDiscovery;

# How neighbours learn who has an IPv6 address (RFC 4861). Claims of the VIP are in every advertisement of a
# neighbour that has it as its target.
use strict;
use warnings;
use Socket qw(AF_INET6 inet_pton);
use Watch::System qw(read_file);

# Of the kernel's headers, which perl-base does not have.
my ($ETH_P_IPV6, $ICMP, $ADVERTISEMENT, $ITS_MAC) = (0x86dd, 58, 136, 2);
my ($ROUTER, $OVERRIDE) = (0x8000_0000, 0x2000_0000);
my ($ALL_NODES, $EVERYBODY) = (inet_pton(AF_INET6, 'ff02::1'), "\x33\x33\0\0\0\x01");
# Where in a packet the kind of ICMP begins, the target, and its MAC address as an option.
my ($KIND, $TARGET, $OPTION) = (40, 48, 64);

sub ether_type { return $ETH_P_IPV6 }

# Instructions for the kernel: each part is loaded and compared; behind them the packet is accepted, and one further it
# is not.
sub filter {
    my ($class, $vip) = @_;
    my @wanted = ([0x30, 6, $ICMP], [0x30, $KIND, $ADVERTISEMENT]);
    my @words = unpack 'N4', $vip->packed;
    push @wanted, map { [0x20, $TARGET + 4 * $_, $words[$_]] } 0 .. 3;
    my @compared = map {
        my ($code, $from, $value) = @{ $wanted[$_] };
        ([$code, 0, 0, $from], [0x15, 0, 2 * (@wanted - $_) - 1, $value]);
    } 0 .. $#wanted;
    return (@compared, [0x06, 0, 0, 128], [0x06, 0, 0, 0]);
}

# The MAC address that says that it has the VIP; who does not say which has it is who sent the packet.
sub claimant {
    my ($class, $packet, $sender) = @_;
    my ($kind, $mac) = unpack "x$OPTION C x H12", $packet . "\0" x 8;
    return $kind == $ITS_MAC ? $mac : $sender;
}

# As keepalived does: an advertisement that nobody asked for, to everybody.
sub announce {
    my ($class, $address, $link) = @_;
    my ($interface, $vip) = ($link->interface, $address->packed);
    # Without the flag neighbours that route by this host would cease to.
    my $routes = read_file("/proc/sys/net/ipv6/conf/$interface->{name}/forwarding") =~ /^1/;
    my @fields = ($OVERRIDE | ($routes ? $ROUTER : 0), $vip, $ITS_MAC, 1, $interface->mac);
    my $message = pack 'N a16 C C H12', @fields;
    my $checksum = checksum($vip, pack 'C C n a*', $ADVERTISEMENT, 0, 0, $message);
    my $header = pack 'N n C C a16 a16', 0x6000_0000, 4 + length $message, $ICMP, 255, $vip, $ALL_NODES;
    $link->transmit($header . pack('C C n a*', $ADVERTISEMENT, 0, $checksum, $message), $EVERYBODY);
    return;
}

# Of ICMP: over the packet's addresses too.
sub checksum {
    my ($source, $icmp) = @_;
    my $sum = 0;
    $sum += $_ for unpack 'n*', $source . $ALL_NODES . pack('N N', length $icmp, $ICMP) . $icmp;
    $sum = ($sum & 0xffff) + ($sum >> 16) while $sum >> 16;
    return ~$sum & 0xffff;
}

1;
