package Watch::Switchover;

# Connections under way while one VIP comes or goes: packets of them reach the host that has them (Watch::Forwarding),
# and connections that are left after that are reset, so that clients reconnect.
use strict;
use warnings;
use Watch::Forwarding;
use Watch::Route qw(keep_route remove_route);
use Watch::System qw(now run);

# A host that has given the VIP up still serves the connections it has for this long, unless the settings say how long.
my $DRAIN = 1;

sub new {
    my ($class, $vip, $settings) = @_;
    return bless {
        vip => $vip,
        forwarding => Watch::Forwarding->new($vip, $settings->value('switchover')),
        drain => $settings->value('drain') // $DRAIN,
    }, $class;
}

# For one that has just begun, whatever was before.
sub start {
    my ($self) = @_;
    my $vip = $self->{vip};
    $vip->follow_to($vip->reported_state);
    return $self->end_drain if $vip->vrrp_state ne 'MASTER';
    $vip->follow_to('');
    $self->follow;
    $self->{forwarding}->leave_open;
    return;
}

sub follow {
    my ($self) = @_;
    my ($now, $vip, $state) = (now(), $self->{vip}, $self->{vip}->reported_state);
    $self->change_to($state, $now) if $state ne $vip->vrrp_state;
    $self->{forwarding}->follow($now);
    if (defined $self->{drained_at} && $now >= $self->{drained_at}) { $self->{drained_at} = undef; $self->end_drain }
    $self->{forwarding}->renew($now) if $vip->vrrp_state ne 'MASTER' && !defined $self->{drained_at};
    return;
}

sub change_to {
    my ($self, $state, $now) = @_;
    if ($state eq 'MASTER') {
        # Kept when the address goes: this host then still answers for the connections it has.
        keep_route($self->{vip}->address);
        $self->{forwarding}->close_in_time($now);
        $self->{drained_at} = undef;
    }
    elsif ($self->{vip}->vrrp_state eq 'MASTER') {
        $self->{forwarding}->leave_open;
        $self->{drained_at} = $now + $self->{drain};
    }
    $self->{vip}->follow_to($state);
    return;
}

# Resets the connections that are left, so that clients reconnect at once, then drops the local route for the VIP.
sub end_drain {
    my ($self) = @_;
    my $address = $self->{vip}->address;
    run('ss --kill --no-header state connected src ' . $address->bracketed . ' > /dev/null 2>&1');
    remove_route($address);
    $self->{forwarding}->forget_connections;
    return $self->{forwarding}->stand_by;
}

1;
