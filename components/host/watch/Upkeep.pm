package Watch::Upkeep;

# What this host needs and others may remove: the folder of its run-time files, its interface, and keepalived's place
# before all else that computes. And that systemd knows that this process goes round.
use strict;
use warnings;
use Socket qw(AF_UNIX MSG_DONTWAIT SOCK_DGRAM pack_sockaddr_un);
use Watch::Interface;
use Watch::Paths qw($LEAVING $OVERRIDES $PROXY_DOWN $PROXY_HUNG $RUN $VRRP_STATES);
use Watch::System qw(now read_file report run write_file);

# How often all this is checked. systemd ends a process that is not heard of for ten seconds (WatchdogSec).
my $INTERVAL = 1;

# `proxy` is a ProxyCheck; then Upstreams, Switchovers, and the Claims of each VIP.
sub new {
    my ($class, $settings, $proxy, $upstreams, $switchovers, @claims) = @_;
    return bless {
        service => $settings->value('service'),
        vrrp => $settings->value('vrrp'),
        priority => $settings->value('real-time'),
        proxy => $proxy,
        upstreams => $upstreams,
        switchovers => $switchovers,
        claims => \@claims,
        interface => Watch::Interface->new($settings->value('interface')),
        vips => [$settings->vips],
        pid_files => [$settings->pid_files],
        due => 0,
        usual => 0,
    }, $class;
}

sub follow {
    my ($self) = @_;
    return if now() < $self->{due};
    $self->{due} = now() + $INTERVAL;
    tell_systemd();
    $self->keep_folder;
    $self->follow_interface;
    $self->keep_real_time if defined $self->{priority};
    return;
}

sub tell_systemd {
    my $path = $ENV{NOTIFY_SOCKET} // return;
    $path =~ s/^@/\0/;
    socket my $socket, AF_UNIX, SOCK_DGRAM, 0 or return;
    send $socket, 'WATCHDOG=1', MSG_DONTWAIT, pack_sockaddr_un($path);
    return;
}

# The folder may be removed. What is known is written again, and keepalived, which watches files that are no more,
# told to look again.
sub keep_folder {
    my ($self) = @_;
    my $record = $self->{switchovers}->record;
    return if -e $PROXY_HUNG && -d $OVERRIDES && !($record && $record->is_missing);
    mkdir $RUN;
    mkdir $OVERRIDES;
    $record->save if $record;
    mkdir $VRRP_STATES;
    $_->keep_state_file for @{ $self->{vips} };
    $self->keep_leaving_files;

    if (!-e $PROXY_DOWN) {
        my $status = run('systemctl', 'is-active', '--quiet', $self->{service});
        write_file($PROXY_DOWN, $status == 0 ? "0\n" : "1\n");
    }
    $self->{proxy}->publish;
    $self->{upstreams}->apply_again;
    report("$RUN was removed, and is there again.");
    run('systemctl', 'reload', '--no-block', '--job-mode=fail', $self->{vrrp}) if defined $self->{vrrp};
    return;
}

# Where there are several instances, keepalived watches a file of each.
sub keep_leaving_files {
    my ($self) = @_;
    my %instances = map { $_->instance => 1 } @{ $self->{vips} };
    return if keys %instances < 2;
    mkdir $LEAVING;
    for my $file (map { "$LEAVING/$_" } sort keys %instances) {
        write_file($file, "0\n") if !-e $file;
    }
    return;
}

# What was done to the one that was there before is done to the new one. keepalived sees to the VIP by itself.
sub follow_interface {
    my ($self) = @_;
    return if !$self->{interface}->was_made_again;
    report("$self->{interface}{name} was made again: its ARP settings and the rules for switchovers are put back.");
    $self->{switchovers}->start;
    $_->listen_again for @{ $self->{claims} };
    return;
}

# keepalived's unit sees to it at the start. A VRRP process that keepalived itself started again, after the first had
# died, is not before all else any more.
sub keep_real_time {
    my ($self) = @_;
    my $child = $self->vrrp_process;
    if (!defined $child || has_priority($child)) { $self->{usual} = 0; return }
    # Seen twice, so that one that is just being started is left to the unit; then never again, whatever came of it.
    return if $self->{usual} == -$child;
    if ($self->{usual} != $child) { $self->{usual} = $child; return }
    $self->{usual} = -$child;
    my $done = run("chrt --reset-on-fork --rr --pid $self->{priority} $child 2> /dev/null") == 0;
    report(
        "$self->{vrrp}'s VRRP process ($child) "
            . (
            $done
            ? 'was started again without its real-time priority, and has it back.'
            : 'has no real-time priority, and cannot be given it here.'
            )
    );
    return;
}

sub vrrp_process {
    my ($self) = @_;
    my ($main) = map { /(\d+)/ } map { read_file($_) } grep { -e } @{ $self->{pid_files} };
    return if !defined $main;
    return (split q{ }, read_file("/proc/$main/task/$main/children"))[0];
}

# Also one that has gone: there is nothing to give it.
sub has_priority {
    my ($process) = @_;
    # Behind the name, which may hold anything, the 39th word is the policy: 1 and 2 are those of real time, 6 has
    # deadlines.
    my $policy = (split q{ }, read_file("/proc/$process/stat") =~ s/^.*\) //r)[38];
    return !defined $policy || $policy =~ /^[126]$/;
}

1;
