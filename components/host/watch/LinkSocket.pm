package Watch::LinkSocket;

# Packets of one protocol on the interface of the VIPs: past every firewall, and only those that a filter of the
# kernel lets through, so that nobody has to look at the others.
use strict;
use warnings;
use Socket qw(MSG_DONTWAIT SOCK_DGRAM SOL_SOCKET);
use Watch::Interface;
use Watch::System qw(report);

# Of the kernel's headers, which perl-base does not have.
my ($AF_PACKET, $SO_ATTACH_FILTER) = (17, 26);

# `protocol` as Ethernet numbers it; `filter` of instructions as the kernel has them, [code, steps to go on where true,
# where false, value] each, of which the first looks at the packet from behind Ethernet's header; `purpose` is what is
# not done where it cannot be.
sub new {
    my ($class, $interface, $protocol, $filter, $purpose) = @_;
    my $self = bless {
        interface => Watch::Interface->new($interface),
        protocol => $protocol,
        filter => join('', map { pack 'SCCL', @$_ } @$filter),
        instructions => scalar @$filter,
        purpose => $purpose,
    }, $class;
    $self->listen_again;
    return $self;
}

# Where the interface was made again the former socket hears nothing any more.
sub listen_again {
    my ($self) = @_;
    my $index = $self->{interface}->index_now // return;
    my $socket;
    my $done =
           socket($socket, $AF_PACKET, SOCK_DGRAM, 0)
        && setsockopt($socket, SOL_SOCKET, $SO_ATTACH_FILTER, pack 'S x![P] P', @$self{qw(instructions filter)})
        && bind $socket, $self->link_address($index, "\0" x 6);
    if ($done) { $self->{socket} = $socket }
    else { report("$self->{purpose} here: $!") }
    return;
}

sub link_address {
    my ($self, $index, $mac) = @_;
    return pack 'S n i S C C a8', $AF_PACKET, $self->{protocol}, $index, 0, 0, 6, $mac;
}

sub interface {
    my ($self) = @_;
    return $self->{interface};
}

# Adds itself to what is waited for.
sub prepare {
    my ($self, $reading) = @_;
    vec($$reading, fileno($self->{socket}), 1) = 1 if defined $self->{socket};
    return;
}

# What has come, [packet, MAC address of who sent it] each.
sub received {
    my ($self, $reading) = @_;
    return if !defined $self->{socket} || !vec $reading, fileno($self->{socket}), 1;
    my @received;
    while (defined(my $from = recv $self->{socket}, my $packet, 128, MSG_DONTWAIT)) {
        push @received, [$packet, unpack 'x12 H12', $from];
    }
    return @received;
}

# To all that have this MAC address.
sub transmit {
    my ($self, $packet, $mac) = @_;
    my $index = $self->{interface}->index_now // return;
    send $self->{socket}, $packet, 0, $self->link_address($index, $mac) if defined $self->{socket};
    return;
}

1;
