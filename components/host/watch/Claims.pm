package Watch::Claims;

# Another machine that says that it has the VIP. Its announcement takes the neighbours with it until keepalived's next
# one, up to ten seconds later; so the master says at once who has the VIP, and the journal whose MAC address it was.
use strict;
use warnings;
use Watch::ArpSocket;
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
    return bless {
        vip => $vip,
        others => { map { $_ => 1 } split /,/, $settings->value('others') // '' },
        socket => Watch::ArpSocket->new($settings->value('interface'), $vip->address),
        claims => {},
        told => {},
    }, $class;
}

# Adds its socket to those to wait for.
sub prepare {
    my ($self, $reading) = @_;
    return $self->{socket}->prepare($reading);
}

# The socket hears nothing of an interface that was made after it.
sub listen_again {
    my ($self) = @_;
    return $self->{socket}->listen_to_arp;
}

sub follow {
    my ($self, $reading) = @_;
    $self->{claims}{$_} //= now() + $DOUBT for $self->{socket}->strangers($reading);
    my $now = now();
    for my $mac (grep { $now >= $self->{claims}{$_} } keys %{ $self->{claims} }) {
        delete $self->{claims}{$mac};
        $self->contradict($mac, $now);
    }
    return;
}

sub contradict {
    my ($self, $mac, $now) = @_;
    my $written = join q{:}, $mac =~ /../g;
    return if $self->{vip}->vrrp_state ne 'MASTER' || $self->is_other_host($written);
    $self->{socket}->announce;
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
    my ($self, $mac) = @_;
    for my $line (split /\n/, read_file('/proc/net/arp')) {
        my ($address, undef, undef, $its) = split q{ }, $line;
        return 1 if $self->{others}{ $address // '' } && lc $its eq $mac;
    }
    return 0;
}

1;
