package Watch::Record;

# What the watcher does to the kernel for switchovers is on record, so that it is undone whatever the settings say by
# then.
use strict;
use warnings;
use Watch::ArpRules;
use Watch::Paths qw($SWITCHOVER_RECORD);
use Watch::Route qw(remove_route);
use Watch::System qw(read_file run write_file);

# `before` is the record of the ArpRules.
sub new {
    my ($class, $vip, $table, $before) = @_;
    return bless { text => "vip $vip\ntable $table\n$before" }, $class;
}

# Whether somebody has removed it.
sub is_missing {
    my ($self) = @_;
    return !-e $SWITCHOVER_RECORD;
}

sub save {
    my ($self) = @_;
    write_file($SWITCHOVER_RECORD, $self->{text});
    return;
}

# Nothing is forwarded, nothing is kept, and the kernel's settings are those from before.
sub undo {
    my %record = read_file($SWITCHOVER_RECORD) =~ /^(\w+) (\S+)$/mg or return;
    # An earlier version had one table, and did not say so.
    my $table = $record{table} // 'ha_api';
    run("nft delete table ip $table 2> /dev/null");
    remove_route($record{vip});
    Watch::ArpRules::restore(\%record);
    unlink $SWITCHOVER_RECORD;
    return;
}

1;
