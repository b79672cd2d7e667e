package Watch::Workers;

# The proxy's worker processes. Each reload leaves workers behind until their last connection ends.
use strict;
use warnings;
use Watch::System qw(read_file report);

# With more workers of earlier configurations than this for each worker of now, a server that comes and goes stays out:
# memory is worth more than it.
my $GENERATIONS = 8;

sub new {
    my ($class) = @_;
    return bless { were_too_many => '' }, $class;
}

sub are_too_many {
    my ($self) = @_;
    my ($old, $new) = (0, 0);
    for my $file (glob '/proc/[0-9]*/cmdline') {
        my $title = read_file($file);
        next if $title !~ /^nginx: worker process/;
        if ($title =~ /shutting down/) { $old++ }
        else { $new++ }
    }
    my $too_many = $old > $GENERATIONS * ($new || 1);
    report("$old workers of earlier configurations still have connections: recovered servers wait for them.")
        if $too_many && !$self->{were_too_many};
    $self->{were_too_many} = $too_many;
    return $too_many;
}

1;
