package Watch::ProxyReload;

# Reloads the proxy, in a process of its own, because that may take long and this one has other things to watch.
use strict;
use warnings;
use POSIX qw(WNOHANG);
use Watch::System qw(now report);

# A reload that failed is tried again after so long: until then the proxy uses servers that it should not.
my $TRY_AGAIN = 2;

sub new {
    my ($class, $service) = @_;
    return bless { service => $service, began => 0, count => 0 }, $class;
}

# When the last one began.
sub began {
    my ($self) = @_;
    return $self->{began};
}

# How many have begun.
sub count {
    my ($self) = @_;
    return $self->{count};
}

sub start {
    my ($self) = @_;
    $self->{count}++;
    $self->{began} = now();
    $self->{process} = fork;
    if (!defined $self->{process}) { $self->{again_at} = now() + $TRY_AGAIN; return }
    return if $self->{process};
    # Whoever has just told systemd to stop it, or to start it again, is not to have that taken back.
    exec 'sh', '-c', 'case $(systemctl is-active "$0") in
        active | reloading) exec timeout 30 systemctl reload --job-mode=fail "$0" ;;
        activating) exit 1 ;;
    esac', $self->{service} or POSIX::_exit(1);
}

# Whether nothing of it is under way or to be done, also by trying again now.
sub is_idle {
    my ($self) = @_;
    $self->follow();
    return 0 if $self->{process};
    return 1 if !defined $self->{again_at} || now() < $self->{again_at};
    $self->{again_at} = undef;
    $self->start();
    return 0;
}

sub follow {
    my ($self) = @_;
    return if !$self->{process} || waitpid($self->{process}, WNOHANG) != $self->{process};
    $self->{process} = undef;
    return if $? == 0;
    report('The proxy could not be reloaded; it is tried again.');
    $self->{again_at} = now() + $TRY_AGAIN;
    return;
}

1;
