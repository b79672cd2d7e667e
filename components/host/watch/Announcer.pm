package Watch::Announcer;

# Has the VIPs announced by BGP while the proxy is healthy: BIRD announces what is in a kernel table of its own. They
# are withdrawn at once, and announced again late: each change of the set of hosts moves connections of healthy ones.
use strict;
use warnings;
use Watch::Announcement;
use Watch::Paths qw($PROXY_DOWN $PROXY_HUNG);
use Watch::System qw(now read_file report);

# The routes are put back so often, should somebody have removed them.
my $RENEW_INTERVAL = 5;

sub new {
    my ($class, $settings) = @_;
    my $announce = $settings->announce;
    return bless {}, $class if !defined $announce;
    return bless {
        vips => [map { $_->address } $settings->vips],
        announcement => Watch::Announcement->new(@$announce{qw(table protocol)}),
        delay => $announce->{delay},
        announced => 0,
    }, $class;
}

# For one that has just begun. What a watcher just before announced, of the same VIPs, stays so while the proxy is
# healthy; otherwise the proxy has to prove itself first.
sub start {
    my ($self) = @_;
    my $announcement = $self->{announcement};
    if (!defined $announcement || !$announcement->is_on_record(@{ $self->{vips} })) {
        Watch::Announcement::undo();
        return;
    }
    my $now = now();
    @$self{qw(announced healthy_since renew_at)} = (1, $now - $self->{delay}, $now);
    return;
}

sub follow {
    my ($self) = @_;
    return if !defined $self->{announcement};
    my $now = now();
    if (!is_healthy()) {
        $self->{healthy_since} = undef;
        $self->withdraw if $self->{announced};
        return;
    }
    $self->{healthy_since} //= $now;
    return if $now < $self->{healthy_since} + $self->{delay};
    if (!$self->{announced}) { $self->announce }
    elsif ($now < $self->{renew_at}) { return }
    $self->{renew_at} = $now + $RENEW_INTERVAL;
    $self->{announcement}->make($_) for @{ $self->{vips} };
    return;
}

# systemd says that the proxy runs, and the check that it answers.
sub is_healthy {
    return read_file($PROXY_DOWN) =~ /^0/ && read_file($PROXY_HUNG) !~ /^1/;
}

sub announce {
    my ($self) = @_;
    $self->{announced} = 1;
    $self->{announcement}->save(@{ $self->{vips} });
    report("The proxy is healthy: $_ is announced.") for map { $_->text } @{ $self->{vips} };
    return;
}

sub withdraw {
    my ($self) = @_;
    $self->{announced} = 0;
    $self->{announcement}->withdraw($_) for @{ $self->{vips} };
    report("The proxy is not healthy: $_ is withdrawn.") for map { $_->text } @{ $self->{vips} };
    return;
}

# For metrics: whether they are announced now; undef where BGP is not used.
sub announced {
    my ($self) = @_;
    return $self->{announced};
}

1;
