package Watch::ArpRules;

# Answer ARP for the VIP only on the interface that owns it (arp_ignore), and never use the VIP as ARP source
# (arp_announce), also while this host still answers for connections it has.
use strict;
use warnings;
use Watch::System qw(read_file write_file);

my %WANTED = (arp_ignore => 1, arp_announce => 2);

sub new {
    my ($class, $interface) = @_;
    return bless { interface => $interface }, $class;
}

sub file {
    my ($interface, $name) = @_;
    return "/proc/sys/net/ipv4/conf/$interface/$name";
}

# What the settings are now, a line each.
sub record {
    my ($self) = @_;
    my $interface = $self->{interface};
    $self->{before} = { map { $_ => (read_file(file($interface, $_)) =~ /(\d+)/)[0] // 0 } keys %WANTED };
    return "interface $interface\n" . join '', map { "$_ $self->{before}{$_}\n" } sort keys %WANTED;
}

# Never to less than they are.
sub apply {
    my ($self) = @_;
    for my $name (sort keys %WANTED) {
        next if $self->{before}{$name} >= $WANTED{$name};
        write_file(file($self->{interface}, $name), "$WANTED{$name}\n");
    }
    return;
}

# From the lines of a record.
sub restore {
    my ($record) = @_;
    for my $name (sort keys %WANTED) {
        my $file = file($record->{interface}, $name);
        write_file($file, "$record->{$name}\n") if -e $file && defined $record->{$name};
    }
    return;
}

1;
