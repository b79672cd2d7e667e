package Watch::Arp;

# How neighbours learn who has an IPv4 address. Claims of the VIP are heard in every packet of ARP that names it as its
# sender's address.
use strict;
use warnings;
use Watch::LinkSocket;

# Of the kernel's headers, which perl-base does not have.
my ($ETH_P_ARP, $ETH_P_IP) = (0x0806, 0x0800);
my $EVERYBODY = "\xff" x 6;

sub new {
    my ($class, $interface, $vip) = @_;
    # Load the sender's address; accept the packet if it is the VIP, else not.
    my @filter = ([0x20, 0, 0, 14], [0x15, 0, 1, unpack 'N', $vip->packed], [0x06, 0, 0, 64], [0x06, 0, 0, 0]);
    my $purpose = 'Strangers that announce ' . $vip->text . ' are not noticed';
    return bless { vip => $vip, link => Watch::LinkSocket->new($interface, $ETH_P_ARP, \@filter, $purpose) }, $class;
}

sub link_socket {
    my ($self) = @_;
    return $self->{link};
}

# MAC addresses that say that they have the VIP.
sub claimants {
    my ($self, $reading) = @_;
    return map { unpack 'x8 H12', $_->[0] } grep { length $_->[0] >= 28 } $self->{link}->received($reading);
}

# As keepalived does: a question and an answer, both about the VIP itself, to everybody.
sub announce {
    my ($self) = @_;
    my ($vip, $mac) = ($self->{vip}->packed, $self->{link}->interface->mac);
    for my $kind (1, 2) {
        my @fields = (1, $ETH_P_IP, 6, 4, $kind, $mac, $vip, $EVERYBODY, $vip);
        $self->{link}->transmit(pack('n n C C n H12 a4 a6 a4', @fields), $EVERYBODY);
    }
    return;
}

1;
