package Watch::ArpSocket;

# Hears every packet of ARP that names the VIP as its sender's address, and announces who has the VIP.
use strict;
use warnings;
use Socket qw(MSG_DONTWAIT SOCK_DGRAM SOL_SOCKET);
use Watch::Interface;
use Watch::System qw(report);

# Of the kernel's headers, which perl-base does not have.
my ($AF_PACKET, $ETH_P_ARP, $ETH_P_IP, $SO_ATTACH_FILTER) = (17, 0x0806, 0x0800, 26);

# `vip` is a Watch::Address of IPv4, which alone has ARP.
sub new {
    my ($class, $interface, $vip) = @_;
    my $self = bless { interface => Watch::Interface->new($interface), vip => $vip }, $class;
    $self->listen_to_arp;
    return $self;
}

# The kernel's filter lets no other packets through. Again where the interface was made again.
sub listen_to_arp {
    my ($self) = @_;
    my $index = $self->{interface}->index_now // return;
    my $vip = unpack 'N', $self->{vip}->packed;
    # Load the sender's address; accept the packet if it is the VIP, else not.
    my @filter = ([0x20, 0, 0, 14], [0x15, 0, 1, $vip], [0x06, 0, 0, 64], [0x06, 0, 0, 0]);
    my $filter = join '', map { pack 'SCCL', @$_ } @filter;
    my $socket;
    my $done =
           socket($socket, $AF_PACKET, SOCK_DGRAM, 0)
        && setsockopt($socket, SOL_SOCKET, $SO_ATTACH_FILTER, pack 'S x![P] P', scalar @filter, $filter)
        && bind $socket, link_address($index, "\0" x 6);
    if ($done) { $self->{socket} = $socket }
    else { report('Strangers that announce ' . $self->{vip}->text . " are not noticed here: $!") }
    return;
}

sub link_address {
    my ($index, $mac) = @_;
    return pack 'S n i S C C a8', $AF_PACKET, $ETH_P_ARP, $index, 0, 0, 6, $mac;
}

# Adds its socket to those to wait for.
sub prepare {
    my ($self, $reading) = @_;
    vec($$reading, fileno($self->{socket}), 1) = 1 if defined $self->{socket};
    return;
}

# MAC addresses that say that they have the VIP and are not this host's own.
sub strangers {
    my ($self, $reading) = @_;
    return if !defined $self->{socket} || !vec $reading, fileno($self->{socket}), 1;
    my @strangers;
    while (defined recv $self->{socket}, my $packet, 64, MSG_DONTWAIT) {
        my ($mac) = unpack 'x8 H12', $packet;
        push @strangers, $mac if length $packet >= 28 && $mac ne $self->{interface}->mac;
    }
    return @strangers;
}

# As keepalived does: a question and an answer, both about the VIP itself, to everybody.
sub announce {
    my ($self) = @_;
    my $index = $self->{interface}->index_now // return;
    my ($vip, $everybody) = ($self->{vip}->packed, "\xff" x 6);
    for my $kind (1, 2) {
        my @fields = (1, $ETH_P_IP, 6, 4, $kind, $self->{interface}->mac, $vip, $everybody, $vip);
        send $self->{socket}, pack('n n C C n H12 a4 a6 a4', @fields), 0, link_address($index, $everybody);
    }
    return;
}

1;
