package Watch::Switchover;

# Connections under way while the VIP comes or goes: packets of them reach the host that has them (see switchover.nft),
# and connections that are left after that are told to reconnect.
use strict;
use warnings;
use Watch::ArpRules;
use Watch::Paths qw($PROXY_HUNG $VRRP_STATES);
use Watch::Record;
use Watch::Route qw(keep_route remove_route);
use Watch::System qw(nft now read_file run);

# A new master forwards packets of connections it does not know to the host that has them for this long; then it refuses
# them.
my $FORWARDING_WINDOW = 0.5;
# A host that has given the VIP up still serves the connections it has for this long, unless the settings say how long.
my $DRAIN = 1;
# How long the kernel goes on forwarding without word from this process, which renews it in time: one that is late,
# stuck or gone must not keep a master from answering.
my ($LEASE, $RENEW_INTERVAL) = (5, 2);
# A kernel that has no such rules will not have them soon.
my $TRY_AGAIN = 30;

sub new {
    my ($class, $settings) = @_;
    my $vip = $settings->vip;
    return bless {
        vip => $vip->{address},
        table => $vip->{table},
        state_file => "$VRRP_STATES/$vip->{instance}",
        rules => $settings->value('switchover'),
        drain => $settings->value('drain') // $DRAIN,
        arp_rules => Watch::ArpRules->new($settings->value('interface')),
        vrrp_state => '',
        renew_at => 0,
    }, $class;
}

# What keepalived last said: MASTER, BACKUP or FAULT; empty before it has said anything.
sub vrrp_state {
    my ($self) = @_;
    return $self->{vrrp_state};
}

# Where keepalived's notify script writes it.
sub state_file {
    my ($self) = @_;
    return $self->{state_file};
}

# What keepalived says now; what is known of it as long as the folder is not there.
sub reported_state {
    my ($self) = @_;
    return $self->{vrrp_state} if !-e $PROXY_HUNG;
    my ($state) = read_file($self->{state_file}) =~ /(\w+)/;
    return $state // '';
}

sub follow {
    my ($self) = @_;
    my ($now, $state) = (now(), $self->reported_state);
    if (!defined $self->{rules}) { $self->{vrrp_state} = $state; return }
    $self->change_to($state, $now) if $state ne $self->{vrrp_state};
    if (defined $self->{close_at} && $now >= $self->{close_at}) {
        $self->{close_at} = undef
            if nft("flush set ip $self->{table} open\n") || $now > $self->{close_at} + $LEASE;
    }
    if (defined $self->{drained_at} && $now >= $self->{drained_at}) { $self->{drained_at} = undef; $self->end_drain }
    $self->stand_by if $self->{vrrp_state} ne 'MASTER' && !defined $self->{drained_at} && $now >= $self->{renew_at};
    return;
}

sub change_to {
    my ($self, $state, $now) = @_;
    if ($state eq 'MASTER') {
        # Kept when the address goes: this host then still answers for the connections it has.
        keep_route($self->{vip});
        @$self{qw(close_at drained_at)} = ($now + $FORWARDING_WINDOW, undef);
    }
    elsif ($self->{vrrp_state} eq 'MASTER') {
        @$self{qw(close_at drained_at)} = (undef, $now + $self->{drain});
    }
    $self->{vrrp_state} = $state;
    return;
}

# Ready for the next time this host takes the VIP: from then on it forwards what it does not know, until it says
# otherwise or falls silent. The rules are loaded again where somebody else has flushed them.
sub stand_by {
    my ($self) = @_;
    my $set = "ip $self->{table} open";
    my $open = "flush set $set\nadd element $set { $self->{vip} timeout ${LEASE}s }\n";
    my $ready = nft($open) || run('nft', '-f', $self->{rules}) == 0 && nft($open);
    $self->{renew_at} = now() + ($ready ? $RENEW_INTERVAL : $TRY_AGAIN);
    return;
}

# Resets the connections that are left, so that clients reconnect at once, then drops the local route for the VIP.
sub end_drain {
    my ($self) = @_;
    run("ss --kill --no-header state connected src $self->{vip} > /dev/null 2>&1");
    remove_route($self->{vip});
    # What this host knew of connections is of the time before.
    nft("flush set ip $self->{table} known\n");
    return $self->stand_by;
}

sub start {
    my ($self) = @_;
    Watch::Record::undo();
    return if !defined $self->{rules};
    $self->{record} = Watch::Record->new($self->{vip}, $self->{table}, $self->{arp_rules}->record);
    $self->{record}->save;
    $self->{arp_rules}->apply;
    run('nft', '-f', $self->{rules});
    $self->{vrrp_state} = $self->reported_state;
    return $self->end_drain if $self->{vrrp_state} ne 'MASTER';
    $self->{vrrp_state} = '';
    $self->follow;
    $self->{close_at} = undef;
    return;
}

# What it did to the kernel; undef where it did nothing.
sub record {
    my ($self) = @_;
    return $self->{record};
}

1;
