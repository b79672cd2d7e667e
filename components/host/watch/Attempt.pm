package Watch::Attempt;

# One connection of a check, from its beginning to its end. Its end is a text: what was wrong, empty where all was good.
use strict;
use warnings;
use Errno qw(EINPROGRESS);
use Fcntl qw(F_GETFL F_SETFL O_NONBLOCK);
use Socket qw(SOCK_STREAM SOL_SOCKET SO_ERROR sockaddr_family);

# `to` is a packed address; `request` and `verdict` are those of the check.
sub new {
    my ($class, $to, $request, $verdict) = @_;
    return bless { to => $to, request => $request, verdict => $verdict, connected => 0, heard => '' }, $class;
}

# Like go_on, comes back with the end, or undef while there is none.
sub start {
    my ($self) = @_;
    socket $self->{socket}, sockaddr_family($self->{to}), SOCK_STREAM, 0 or return "no socket: $!";
    fcntl $self->{socket}, F_SETFL, fcntl($self->{socket}, F_GETFL, 0) | O_NONBLOCK;
    return if connect $self->{socket}, $self->{to} or $! == EINPROGRESS;
    return "$!";
}

sub is_connected {
    my ($self) = @_;
    return $self->{connected};
}

# Adds its socket to those to wait for.
sub prepare {
    my ($self, $reading, $writing) = @_;
    vec($self->{connected} ? $$reading : $$writing, fileno $self->{socket}, 1) = 1;
    return;
}

# Whether something happened on its socket.
sub has_news {
    my ($self, $reading, $writing) = @_;
    return vec $self->{connected} ? $reading : $writing, fileno $self->{socket}, 1;
}

sub go_on {
    my ($self) = @_;
    return $self->{connected} ? $self->hear : $self->on_connect;
}

sub on_connect {
    my ($self) = @_;
    local $! = unpack 'i', getsockopt $self->{socket}, SOL_SOCKET, SO_ERROR;
    return lc "$!" if $!;
    $self->{connected} = 1;
    return '' if !defined $self->{request};
    syswrite $self->{socket}, $self->{request} if $self->{request} ne '';
    return;
}

sub hear {
    my ($self) = @_;
    my $count = sysread $self->{socket}, $self->{heard}, 4096, length $self->{heard};
    my $wrong = $self->{verdict}->($self->{heard});
    return $wrong // ($count ? undef : 'it ended the connection');
}

sub give_up {
    my ($self) = @_;
    close $self->{socket} if defined $self->{socket};
    return;
}

1;
