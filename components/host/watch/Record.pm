package Watch::Record;

# What the watcher does to the kernel for switchovers is on record, so that it is undone whatever the settings say by
# then: a line "vip ADDRESS TABLE" for each VIP, and those of the ArpRules.
use strict;
use warnings;
use Watch::Address;
use Watch::ArpRules;
use Watch::Paths qw($SWITCHOVER_RECORD);
use Watch::Route qw(remove_route);
use Watch::System qw(read_file run write_file);

# `before` is the record of the ArpRules.
sub new {
    my ($class, $vips, $before) = @_;
    my $text = join '', map { 'vip ' . $_->address->text . q{ } . $_->table . "\n" } @$vips;
    return bless { text => $text . $before }, $class;
}

# Whether it was removed.
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
    my $text = read_file($SWITCHOVER_RECORD);
    return if $text eq '';
    my %settings = $text =~ /^(\w+) (\S+)$/mg;
    my %tables = $text =~ /^vip (\S+) (\S+)$/mg;
    # Earlier versions had one VIP, and kept its table in a line of its own; the first had one table, and did not say
    # so.
    $tables{ $settings{vip} } = $settings{table} // 'ha_api' if defined $settings{vip};
    for my $vip (sort keys %tables) {
        my $address = Watch::Address->new($vip);
        run('nft delete table ' . $address->nft_family . " $tables{$vip} 2> /dev/null");
        remove_route($address);
    }
    Watch::ArpRules::restore(\%settings);
    unlink $SWITCHOVER_RECORD;
    return;
}

1;
