package Watch::Announcement;

# Routes in the kernel table whose routes BIRD announces. They lead nowhere, since nobody looks them up. Their protocol
# says whose they are. The table is on record, so that they are removed whatever the settings say by then.
use strict;
use warnings;
use Watch::Paths qw($ANNOUNCED_RECORD);
use Watch::System qw(output read_file run write_file);

sub new {
    my ($class, $table, $protocol) = @_;
    return bless { table => $table, protocol => $protocol }, $class;
}

# `address` is a Watch::Address, whose family `ip` sees by itself.
sub make {
    my ($self, $address) = @_;
    return run(qw(ip route replace unreachable), $address->text, $self->where);
}

# Says nothing where there is none.
sub withdraw {
    my ($self, $address) = @_;
    return run(join q{ }, qw(ip route delete unreachable), $address->text, $self->where, '2> /dev/null');
}

sub where {
    my ($self) = @_;
    return ('table', $self->{table}, 'protocol', $self->{protocol});
}

sub save {
    my ($self, @addresses) = @_;
    write_file($ANNOUNCED_RECORD, $self->record(@addresses));
    return;
}

sub is_on_record {
    my ($self, @addresses) = @_;
    return read_file($ANNOUNCED_RECORD) eq $self->record(@addresses);
}

sub record {
    my ($self, @addresses) = @_;
    return join '', map { "$_\n" } "$self->{table} $self->{protocol}", map { $_->text } @addresses;
}

# When the watcher has ended. Where systemd starts it again, as with other settings, what is announced stays: each
# withdrawal and each return costs connections of all hosts.
sub leave {
    undo() if read_file($ANNOUNCED_RECORD) ne q{} && stays_away();
    return;
}

sub stays_away {
    my $jobs = output(qw(systemctl list-jobs --plain --no-legend));
    return !defined $jobs || $jobs =~ /\bha-api-watcher[.]service\s+stop\b/;
}

# Removes all of them.
sub undo {
    my ($table, $protocol) = read_file($ANNOUNCED_RECORD) =~ /^(\d+) (\d+)$/m or return;
    run("ip -$_ route flush table $table protocol $protocol 2> /dev/null") for 4, 6;
    unlink $ANNOUNCED_RECORD;
    return;
}

1;
