package Watch::Forwarding;

# Packets of connections that a new master does not know are forwarded to the other hosts as long as the VIP is in the
# set `open` of its nft table (components/render/switchover.ts has the rules).
use strict;
use warnings;
use Watch::System qw(nft now run);

# A new master forwards packets of connections it does not know to the host that has them for this long; then it refuses
# them.
my $WINDOW = 0.5;
# How long the kernel goes on forwarding without word from this process, which renews it in time: one that is late,
# stuck or gone must not keep a master from answering.
my ($LEASE, $RENEW_INTERVAL) = (5, 2);
# A kernel that has no such rules will not have them soon.
my $TRY_AGAIN = 30;

# `rules` is the file that makes the table.
sub new {
    my ($class, $vip, $rules) = @_;
    my $table = $vip->address->nft_family . q{ } . $vip->table;
    return bless { vip => $vip->address->text, table => $table, rules => $rules, renew_at => 0 }, $class;
}

# Ready for the next time this host takes the VIP: from then on it forwards what it does not know, until it says
# otherwise or falls silent. The rules are loaded again where they were flushed.
sub stand_by {
    my ($self) = @_;
    my $set = "$self->{table} open";
    my $open = "flush set $set\nadd element $set { $self->{vip} timeout ${LEASE}s }\n";
    my $ready = nft($open) || run('nft', '-f', $self->{rules}) == 0 && nft($open);
    $self->{renew_at} = now() + ($ready ? $RENEW_INTERVAL : $TRY_AGAIN);
    return;
}

# The same where it is time to say so again.
sub renew {
    my ($self, $now) = @_;
    $self->stand_by if $now >= $self->{renew_at};
    return;
}

# This host has become master at that time.
sub close_in_time {
    my ($self, $now) = @_;
    $self->{close_at} = $now + $WINDOW;
    return;
}

# Nothing is to be closed any more.
sub leave_open {
    my ($self) = @_;
    $self->{close_at} = undef;
    return;
}

# Closes when it is time; tried until it is done, or the kernel has done so itself.
sub follow {
    my ($self, $now) = @_;
    return if !defined $self->{close_at} || $now < $self->{close_at};
    $self->leave_open if nft("flush set $self->{table} open\n") || $now > $self->{close_at} + $LEASE;
    return;
}

# What the kernel knows of connections is of the time before.
sub forget_connections {
    my ($self) = @_;
    nft("flush set $self->{table} known\n");
    return;
}

1;
