package Watch::Address;

# An IP address, which knows its family, and how the kernel and its tools want it.
use strict;
use warnings;
use Socket qw(AF_INET AF_INET6 inet_pton pack_sockaddr_in pack_sockaddr_in6);

sub new {
    my ($class, $text) = @_;
    return bless { text => $text, family => $text =~ /:/ ? 6 : 4 }, $class;
}

# Of a text ADDRESS:PORT, where an IPv6 address is in brackets: the address, and the port.
sub of_endpoint {
    my ($class, $text) = @_;
    my ($address, $port) = $text =~ /^\[?(.*?)\]?:(\d+)$/;
    return ($class->new($address), $port);
}

sub text {
    my ($self) = @_;
    return $self->{text};
}

# 4 or 6.
sub family {
    my ($self) = @_;
    return $self->{family};
}

# As it stands before a port, or where one could be.
sub bracketed {
    my ($self) = @_;
    return $self->{family} == 6 ? "[$self->{text}]" : $self->{text};
}

# What nft calls its family.
sub nft_family {
    my ($self) = @_;
    return $self->{family} == 6 ? 'ip6' : 'ip';
}

# As it is in packets.
sub packed {
    my ($self) = @_;
    return inet_pton($self->{family} == 6 ? AF_INET6 : AF_INET, $self->{text});
}

# For connect.
sub socket_address {
    my ($self, $port) = @_;
    return $self->{family} == 6 ? pack_sockaddr_in6($port, $self->packed) : pack_sockaddr_in($port, $self->packed);
}

1;
