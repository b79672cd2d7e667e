package Watch::Check;

# A check that is made again and again: a connection, or a few, of which one must come to an end within its time, and
# that end be good. So many failures in a row make what is checked unhealthy, so many good ends healthy again.
use strict;
use warnings;
use Watch::Attempt;
use Watch::System qw(now);

# When this process had no time for longer than this, or the whole machine stood still, the others had none either:
# it counts against no one.
my $LATE = 0.1;

# address, port where to connect; the address is a Watch::Address
# request       sent when connected; '' waits for what is sent, undef is content with the connection
# verdict         what is wrong with an answer; '' for nothing, undef while the answer is not whole
# every, within seconds between checks, and for one; fall, rise: failures, or good ends, in a row that count
# max_attempts  connections within the time of a check, evenly: a lost packet, which TCP sends again after a second
#               only, is not the server's fault
# ignores       whether a failure, by its words, says nothing about what is checked
# on_end        called at each end, with whether it was good and what was wrong
# on_change     called the same, when what is checked has become healthy or unhealthy
sub new {
    my ($class, %settings) = @_;
    my $to = $settings{address}->socket_address($settings{port});
    my %state = (healthy => 1, streak => 0, due => now(), attempts => []);
    return bless { max_attempts => 1, %settings, to => $to, %state }, $class;
}

# GET as for a local server.
sub http_request {
    my ($path) = @_;
    return "GET $path HTTP/1.0\r\nHost: localhost\r\n\r\n";
}

# Whether it is unhealthy, or may be on the way there.
sub in_doubt {
    my ($self) = @_;
    return !$self->{healthy} || $self->{streak} > 0;
}

# Connects when it is time, and adds its sockets to those to wait for.
sub prepare {
    my ($self, $reading, $writing) = @_;
    $self->start if !@{ $self->{attempts} } && now() >= $self->{due};
    $self->attempt if $self->next_attempt_due(now());
    $_->prepare($reading, $writing) for @{ $self->{attempts} };
    return;
}

sub start {
    my ($self) = @_;
    my $now = now();
    @$self{qw(due deadline)} = ($now + $self->{every}, $now + $self->{within});
    return $self->attempt;
}

sub attempt {
    my ($self) = @_;
    my $attempt = Watch::Attempt->new(@$self{qw(to request verdict)});
    push @{ $self->{attempts} }, $attempt;
    my $wrong = $attempt->start;
    $self->finish($wrong) if defined $wrong;
    return;
}

# Whether it is time to ask again, since there was no answer so far.
sub next_attempt_due {
    my ($self, $now) = @_;
    my ($made, $max) = (scalar @{ $self->{attempts} }, $self->{max_attempts});
    return $made && $made < $max && $now >= $self->{deadline} - $self->{within} * (1 - $made / $max);
}

# Follows what happened on its sockets; `late` is for how long this process did not run.
sub proceed {
    my ($self, $reading, $writing, $now, $late) = @_;
    my @attempts = @{ $self->{attempts} } or return;
    $self->{deadline} += $late if $late > $LATE;
    my @with_news = grep { $_->has_news($reading, $writing) } @attempts;
    for my $attempt (@with_news) {
        my $wrong = $attempt->go_on // next;
        # The others are given up, those with news too.
        return $self->finish($wrong);
    }
    return if @with_news || $now < $self->{deadline};
    my $what = (grep { $_->is_connected } @attempts) ? 'no answer' : 'no answer to a connection';
    return $self->finish("$what within $self->{within} s");
}

# The first attempt that ended decides.
sub finish {
    my ($self, $wrong) = @_;
    $_->give_up for @{ $self->{attempts} };
    $self->{attempts} = [];
    my $good = $wrong eq '' ? 1 : 0;
    return if !$good && $self->{ignores} && $self->{ignores}->($wrong);
    # A failure is looked into at once, a server that is down less often than a healthy one.
    $self->{due} = now() if !$good && $self->{healthy} && $self->{due} > now();
    $self->{on_end}->($good, $wrong) if $self->{on_end};
    if ($good == $self->{healthy}) { $self->{streak} = 0; return }
    return if ++$self->{streak} < ($good ? $self->{rise} : $self->{fall});
    @$self{qw(healthy streak)} = ($good, 0);
    $self->{on_change}->($good, $wrong) if $self->{on_change};
    return;
}

1;
