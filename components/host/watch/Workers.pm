package Watch::Workers;

# The proxy's worker processes. Each reload leaves workers behind until their last connection ends.
use strict;
use warnings;
use Watch::System qw(read_file report);

# With more workers of earlier configurations than this for each worker of now, a server that comes and goes stays out:
# memory is worth more than it.
my $GENERATIONS = 8;

# `process` is the name of the proxy's processes; a worker's title begins with it.
sub new {
    my ($class, $process) = @_;
    return bless { process => $process, were_too_many => '' }, $class;
}

sub are_too_many {
    my ($self) = @_;
    return '' if !defined $self->{process};
    my ($old, $new) = (0, 0);
    for my $title (titles()) {
        next if $title !~ /^\Q$self->{process}\E: worker process/;
        if ($title =~ /shutting down/) { $old++ }
        else { $new++ }
    }
    my $too_many = $old > $GENERATIONS * ($new || 1);
    report("$old workers of earlier configurations still have connections: recovered servers wait for them.")
        if $too_many && !$self->{were_too_many};
    $self->{were_too_many} = $too_many;
    return $too_many;
}

# Of all processes of this machine.
sub titles {
    return map { read_file($_) } glob '/proc/[0-9]*/cmdline';
}

1;
