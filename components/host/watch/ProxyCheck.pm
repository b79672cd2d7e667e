package Watch::ProxyCheck;

# Whether the proxy, which runs, also answers. keepalived hears of one that hangs by a file it watches, and the VIP
# leaves.
use strict;
use warnings;
use Watch::Address;
use Watch::Check;
use Watch::Paths qw($PROXY_HUNG);
use Watch::System qw(report write_file);

# That it hangs is counted apart from its failures: one that was down, which is systemd's business, may come back and
# hang.
sub new {
    my ($class, $settings) = @_;
    my $self = bless { hangs => 0, streak => 0 }, $class;
    return $self if !defined $settings->proxy;
    my %proxy = %{ $settings->proxy };
    $self->{check} = Watch::Check->new(
        %proxy,
        address => Watch::Address->new('127.0.0.1'),
        request => $proxy{protocol} eq 'http' ? Watch::Check::http_request('/') : '',
        verdict => \&verdict,
        on_end => sub { $self->count(@_) },
    );
    return $self;
}

# One line is an answer.
sub verdict {
    my ($heard) = @_;
    return $heard =~ /\n/ ? '' : undef;
}

# The check itself, for the loop; none where the proxy is not tracked.
sub checks {
    my ($self) = @_;
    return grep { defined } $self->{check};
}

sub in_doubt {
    my ($self) = @_;
    return defined $self->{check} && $self->{check}->in_doubt;
}

sub count {
    my ($self, $good, $wrong) = @_;
    if ($self->{hangs} ? !$good : $wrong !~ /no answer/) { $self->{streak} = 0; return }
    return if ++$self->{streak} < $self->{check}{ $self->{hangs} ? 'rise' : 'fall' };
    @$self{qw(hangs streak)} = ($self->{hangs} ? 0 : 1, 0);
    $self->publish();
    report($self->{hangs} ? "The proxy hangs: $wrong. This host gives the VIP up." : 'The proxy answers again.');
    return;
}

# For keepalived.
sub publish {
    my ($self) = @_;
    write_file($PROXY_HUNG, "$self->{hangs}\n");
    return;
}

1;
