package Watch::Metrics;

# What Prometheus is to know, as text for the textfile collector of node-exporter. Counters begin at 0 with this
# process. A scrape is rarer than a failover, so changes are counted, and not only states shown.
use strict;
use warnings;
use Fcntl qw(O_CREAT O_EXCL O_WRONLY);
use Watch::Paths qw($DEPLOYED $METRICS $PROXY_DOWN $PROXY_HUNG);
use Watch::System qw(read_file);

# How often the file is written while nothing changes; its age tells whether the watcher lives.
my $INTERVAL = 5;
# A moment as short as this is no lateness: the clock is not finer, and Watch::Check bears it.
my $LATE = 0.1;
my @STATES = qw(MASTER BACKUP FAULT);

# `upstreams` is an Upstreams, `reload` a ProxyReload, `announcer` an Announcer.
sub new {
    my ($class, $settings, $upstreams, $reload, $announcer) = @_;
    return bless {
        engine => $settings->value('metrics'),
        vips => [$settings->vips],
        states => {},
        transitions => {},
        last => {},
        upstreams => $upstreams,
        reload => $reload,
        announcer => $announcer,
        late => 0,
        due => 0,
    }, $class;
}

# Nothing where they are not asked for.
sub follow {
    my ($self, $now, $late) = @_;
    return if !defined $self->{engine};
    $self->{late} += $late if $late > $LATE;
    $self->count_transition($_) for @{ $self->{vips} };
    return if $now < $self->{due};
    $self->{due} = $now + $INTERVAL;
    $self->write_text;
    return;
}

# The state that is found at first is no transition.
sub count_transition {
    my ($self, $vip) = @_;
    my ($address, $state) = ($vip->address->text, $vip->vrrp_state);
    my $before = $self->{states}{$address} // '';
    return if $state eq $before;
    $self->{states}{$address} = $state;
    $self->{due} = 0;
    return if $before eq '' || $state eq '';
    $self->{transitions}{$address}{$state}++;
    $self->{last}{$address} = time;
    return;
}

# Nobody is to read half of it. Without the folder there is nobody to read it. The folder is the exporter's, who is not
# root: nothing that lies there already is written to, or followed to elsewhere.
sub write_text {
    my ($self) = @_;
    my ($folder) = $METRICS =~ m{^(.*)/};
    return if !-d $folder;
    unlink "$METRICS.new";
    sysopen my $out, "$METRICS.new", O_WRONLY | O_CREAT | O_EXCL, 0644 or return;
    chmod 0644, $out;
    my $written = print {$out} $self->text;
    return unlink "$METRICS.new" if !close($out) || !$written;
    rename "$METRICS.new", $METRICS;
    return;
}

# When the watcher has ended: a file that outlives it tells of a master that may be none.
sub remove {
    unlink $METRICS, "$METRICS.new";
    return;
}

sub text {
    my ($self) = @_;
    my @addresses = map { $_->address->text } @{ $self->{vips} };
    my $announced = $self->{announcer}->announced;
    my @announced = map { [{ vip => $_ }, $announced] } defined $announced ? @addresses : ();
    my (@state, @transitions, @last);
    for my $vip (defined $announced ? () : @addresses) {
        for my $state (@STATES) {
            my %labels = (vip => $vip, state => lc $state);
            push @state, [\%labels, ($self->{states}{$vip} // '') eq $state ? 1 : 0];
            push @transitions, [{ vip => $vip, to => lc $state }, $self->{transitions}{$vip}{$state} // 0];
        }
        push @last, [{ vip => $vip }, $self->{last}{$vip}] if defined $self->{last}{$vip};
    }
    my (@up, @changes);
    for my $server ($self->{upstreams}->health) {
        my ($group, $name, $healthy, $changes) = @$server;
        my %labels = (group => $group, server => $name);
        push @up, [\%labels, $healthy];
        push @changes, [\%labels, $changes];
    }
    my $proxy_up = read_file($PROXY_DOWN) =~ /^0/ && read_file($PROXY_HUNG) !~ /^1/ ? 1 : 0;
    return join '', family('ha_api_info', 'gauge', 'What was deployed here last.', [$self->info, 1]),
        family('ha_api_vrrp_state', 'gauge', 'Whether this host is in that state, as keepalived reported.', @state),
        family('ha_api_vrrp_transitions_total', 'counter', 'Changes of this host to that state.', @transitions),
        family('ha_api_vrrp_last_transition_timestamp_seconds', 'gauge', 'When the last of them was.', @last),
        family('ha_api_vip_announced', 'gauge', 'Whether this host has the VIP announced by BGP.', @announced),
        family('ha_api_proxy_up', 'gauge', 'Whether the proxy runs and answers.', [{}, $proxy_up]),
        family('ha_api_server_up', 'gauge', 'Whether the health check of that server passes.', @up),
        family('ha_api_server_changes_total', 'counter', 'How often that has changed.', @changes),
        family(
        'ha_api_proxy_reloads_total', 'counter',
        'Reloads that eject or readmit servers.',
        [{}, $self->{reload}->count]
        ),
        family(
        'ha_api_watcher_late_seconds_total',
        'counter',
        'Time in which the watcher could not run.',
        [{}, sprintf '%.2f', $self->{late}]
        );
}

# Where several load balancers are watched, the VIP tells whose hosts belong together.
sub info {
    my ($self) = @_;
    my %deployed = read_file($DEPLOYED) =~ /^(version|configuration) (\S+)$/mg;
    return { engine => $self->{engine}, vip => $self->{vips}[0]->address->text, %deployed };
}

# Series of one name; nothing where there are none.
sub family {
    my ($name, $type, $help, @series) = @_;
    return '' if !@series;
    return join '', "# HELP $name $help\n# TYPE $name $type\n", map { series($name, @$_) } @series;
}

sub series {
    my ($name, $labels, $value) = @_;
    my $list = join q{,}, map { qq{$_="$labels->{$_}"} } sort keys %$labels;
    return $name . ($list eq '' ? '' : "{$list}") . " $value\n";
}

1;
