package Watch::Upstreams;

# The servers behind the proxy, where it cannot tell by itself which of them hang or are not ready (nginx): it leaves
# them out until they are healthy again.
use strict;
use warnings;
use Watch::Address;
use Watch::Check;
use Watch::System qw(now report);
use Watch::Upstream;
use Watch::Workers;

# A server is asked up to so many times within the time of a check; it is healthy when one of them is answered well.
my $ATTEMPTS = 3;
# Not more often than this is the proxy told to leave a server out or take it back.
my $RELOAD_PAUSE = 1;
# Servers often recover together. Wait briefly and readmit them in one batch, so that the first is not flooded.
my $REJOIN_DELAY = 0.3;
# When servers cannot be readmitted now, this is tried again after so long.
my $CROWDED_PAUSE = 10;

# `proxy` is a ProxyCheck, `reload` a ProxyReload.
sub new {
    my ($class, $settings, $proxy, $reload) = @_;
    my $self =
        bless { proxy => $proxy, reload => $reload, workers => Watch::Workers->new($settings->value('process')) },
        $class;
    $self->{groups} = { map { $_->{name} => Watch::Upstream->new(@$_{qw(name file)}) } $settings->groups };
    $self->{servers} = [$settings->servers];
    $self->{checks} = [map { $self->check_of($_) } $settings->servers];
    return $self;
}

sub check_of {
    my ($self, $settings) = @_;
    my ($group, $server) = @$settings{qw(group server)};
    my %common =
        (%$settings, max_attempts => $ATTEMPTS, on_change => sub { $self->server_changed($group, $server, @_) });
    if ($settings->{kind} ne 'http') {
        my ($address, $port) = Watch::Address->of_endpoint($server);
        return Watch::Check->new(%common, address => $address, port => $port, request => undef);
    }
    return Watch::Check->new(
        %common,
        address => Watch::Address->new('127.0.0.1'),
        request => Watch::Check::http_request($settings->{path}),
        verdict => \&verdict,
        # A proxy that does not answer says nothing about the servers that it was to ask.
        ignores => sub { my ($wrong) = @_; return $wrong =~ /refused/ || $self->{proxy}->in_doubt },
    );
}

sub checks {
    my ($self) = @_;
    return @{ $self->{checks} };
}

# Of each server its group, its name, whether it is healthy, and how often that has changed.
sub health {
    my ($self) = @_;
    return map {
        my ($group, $server) = @$_{qw(group server)};
        [$group, $server, $self->{groups}{$group}->is_healthy($server) ? 1 : 0, $self->{changes}{$group}{$server} // 0]
    } @{ $self->{servers} };
}

# Whatever is not an error of a server's own is an answer: one that wants to know who asks (401, 403) is healthy.
sub verdict {
    my ($heard) = @_;
    my ($status) = $heard =~ m{^HTTP/1\.\d (\d{3})} or return;
    return 'no connection, or a certificate that the authority did not sign' if $status == 502;
    return 'no answer' if $status == 504;
    return $status >= 500 ? "HTTP $status" : '';
}

sub server_changed {
    my ($self, $group, $server, $healthy, $wrong) = @_;
    $self->{groups}{$group}->set_healthy($server, $healthy);
    $self->{changes}{$group}{$server}++;
    report("$group: $server " . ($healthy ? 'is healthy again.' : "is unhealthy: $wrong."));
    my $when = $self->{reload}->began + $RELOAD_PAUSE;
    my $soonest = now() + ($healthy ? $REJOIN_DELAY : 0);
    $when = $soonest if $when < $soonest;
    $self->{apply_at} = $when if !defined $self->{apply_at} || !$healthy && $when < $self->{apply_at};
    return;
}

# After the proxy's files went: those that left servers out are needed again.
sub apply_again {
    my ($self) = @_;
    $self->{apply_at} = now() if grep { $_->has_unhealthy } values %{ $self->{groups} };
    return;
}

# Tells the proxy which servers to eject, when it is time.
sub follow {
    my ($self) = @_;
    return if !defined $self->{apply_at} || now() < $self->{apply_at};
    $self->{apply_at} = undef;
    if ($self->only_readmits && $self->{workers}->are_too_many) { $self->{apply_at} = now() + $CROWDED_PAUSE; return }
    my $changed = grep { $self->{groups}{$_}->apply } sort keys %{ $self->{groups} };
    $self->{reload}->start if $changed;
    return;
}

# Whether an ejected server would be readmitted, and no other ejected.
sub only_readmits {
    my ($self) = @_;
    my ($leaves_out, $readmits) = (0, 0);
    for my $group (values %{ $self->{groups} }) {
        my ($out, $back) = $group->changes;
        $leaves_out += $out;
        $readmits += $back;
    }
    return $readmits && !$leaves_out;
}

1;
