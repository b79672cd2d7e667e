package Watch::Claims;

# Another machine that says that it has the VIP. Its announcement takes the neighbours with it until keepalived's next
# one, up to ten seconds later; so the master says at once who has the VIP, and the journal whose MAC address it was.
use strict;
use warnings;
use Watch::Arp;
use Watch::LinkSocket;
use Watch::NeighbourDiscovery;
use Watch::System qw(now read_file report);

# Another host of ours that has just taken the VIP may say so before this one has given it up: so long nobody is
# contradicted.
my $DOUBT = 0.1;
# Of the same stranger the journal hears not more often than this.
my $TELL_AGAIN = 10;
# A sender that makes up addresses must not fill the memory.
my $MAX_TOLD = 100;

sub new {
    my ($class, $settings, $vip) = @_;
    my ($address, $interface) = ($vip->address, $settings->value('interface'));
    my $protocol = $address->family == 6 ? 'Watch::NeighbourDiscovery' : 'Watch::Arp';
    my $purpose = 'Strangers that announce ' . $address->text . ' are not noticed';
    my @kind = ($protocol->ether_type, [$protocol->filter($address)]);
    return bless {
        vip => $vip,
        others => { map { $_ => 1 } split /,/, $settings->value('others') // '' },
        protocol => $protocol,
        link => Watch::LinkSocket->new($interface, @kind, $purpose),
        claims => {},
        told => {},
    }, $class;
}

# Adds its socket to those to wait for.
sub prepare {
    my ($self, $reading) = @_;
    return $self->{link}->prepare($reading);
}

# The socket hears nothing of an interface that was made after it.
sub listen_again {
    my ($self) = @_;
    return $self->{link}->listen_again;
}

sub follow {
    my ($self, $reading) = @_;
    my $now = now();
    for my $received ($self->{link}->received($reading)) {
        my $mac = $self->{protocol}->claimant(@$received) // next;
        $self->{claims}{$mac} //= $now + $DOUBT if $mac ne $self->{link}->interface->mac;
    }
    for my $mac (grep { $now >= $self->{claims}{$_} } keys %{ $self->{claims} }) {
        delete $self->{claims}{$mac};
        $self->contradict($mac, $now);
    }
    return;
}

sub contradict {
    my ($self, $mac, $now) = @_;
    my $written = join q{:}, $mac =~ /../g;
    return if $self->{vip}->vrrp_state ne 'MASTER' || $self->is_other_host($written, $now);
    $self->{protocol}->announce($self->{vip}->address, $self->{link});
    return if $now < ($self->{told}{$mac} // 0);
    $self->{told} = {} if keys %{ $self->{told} } > $MAX_TOLD;
    $self->{told}{$mac} = $now + $TELL_AGAIN;
    report(   "$written, which is none of the hosts, says that it has "
            . $self->{vip}->address->text . q{.}
            . ' This host, which holds it, has announced itself again.');
    return;
}

# By the addresses that this host's neighbours have.
sub is_other_host {
    my ($self, $mac, $now) = @_;
    return scalar grep { $self->{others}{ $_->[0] } && $_->[1] eq $mac } $self->neighbours($now);
}

# [address, MAC address] each, of the family that the other hosts are known by.
sub neighbours {
    my ($self, $now) = @_;
    my $of_ipv6 = grep { /:/ } keys %{ $self->{others} };
    return map { [(split q{ })[0, 3]] } split /\n/, lc read_file('/proc/net/arp') if !$of_ipv6;
    # Of IPv6 there is no such file. A sender that makes up addresses must not have a program started for each.
    return @{ $self->{neighbours} } if $now < ($self->{ask_again} // 0);
    $self->{ask_again} = $now + 1;
    $self->{neighbours} = [map { /^(\S+) .*lladdr (\S+)/ ? [$1, $2] : () } split /\n/, lc `ip -6 neighbour show`];
    return @{ $self->{neighbours} };
}

1;
