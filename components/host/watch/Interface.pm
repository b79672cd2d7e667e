package Watch::Interface;

# The interface of the VIPs. Its owner may delete it and make it again, as ifdown and ifup do with a bridge, a bond or a
# VLAN: to the kernel it is another one then, without what was set for it, and rules and sockets still mean the former.
use strict;
use warnings;
use Watch::System qw(read_file);

sub new {
    my ($class, $name) = @_;
    my $self = bless { name => $name }, $class;
    $self->{known} = $self->index_now;
    return $self;
}

# The kernel's number of it; undef while there is none.
sub index_now {
    my ($self) = @_;
    return (read_file("/sys/class/net/$self->{name}/ifindex") =~ /(\d+)/)[0];
}

# MAC address, in lower case and without colons.
sub mac {
    my ($self) = @_;
    return lc read_file("/sys/class/net/$self->{name}/address") =~ tr/0-9a-fA-F//cdr;
}

# Whether it is another one than when this was asked before; one that is gone is waited for.
sub was_made_again {
    my ($self) = @_;
    my $index = $self->index_now;
    return 0 if !defined $index || $index == ($self->{known} // 0);
    $self->{known} = $index;
    return 1;
}

1;
