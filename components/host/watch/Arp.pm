package Watch::Arp;

# How neighbours learn who has an IPv4 address. Claims of the VIP are in every packet of ARP that names it as its
# sender's address.
use strict;
use warnings;

# Of the kernel's headers, which perl-base does not have.
my ($ETH_P_ARP, $ETH_P_IP) = (0x0806, 0x0800);
my $EVERYBODY = "\xff" x 6;

sub ether_type { return $ETH_P_ARP }

# Instructions for the kernel: load the sender's address; accept the packet if it is the VIP, else not.
sub filter {
    my ($class, $vip) = @_;
    return ([0x20, 0, 0, 14], [0x15, 0, 1, unpack 'N', $vip->packed], [0x06, 0, 0, 64], [0x06, 0, 0, 0]);
}

# The MAC address that says that it has the VIP.
sub claimant {
    my ($class, $packet) = @_;
    return length $packet >= 28 ? unpack 'x8 H12', $packet : undef;
}

# As keepalived does: a question and an answer, both about the VIP itself, to everybody.
sub announce {
    my ($class, $vip, $link) = @_;
    for my $kind (1, 2) {
        my @fields = (1, $ETH_P_IP, 6, 4, $kind, $link->interface->mac, $vip->packed, $EVERYBODY, $vip->packed);
        $link->transmit(pack('n n C C n H12 a4 a6 a4', @fields), $EVERYBODY);
    }
    return;
}

1;
