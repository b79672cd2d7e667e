package Watch::Switchovers;

# The switchovers of all VIPs, and what they have in common: the rules for packets, how this host answers ARP, and the
# record of both. Where no graceful switchover is wanted, the VIPs' states are followed all the same.
use strict;
use warnings;
use Watch::ArpRules;
use Watch::Record;
use Watch::Switchover;
use Watch::System qw(run);

sub new {
    my ($class, $settings) = @_;
    my $self = bless { vips => [$settings->vips], rules => $settings->value('switchover'), each => [] }, $class;
    return $self if !defined $self->{rules};
    $self->{arp_rules} = Watch::ArpRules->new($settings->value('interface'));
    $self->{each} = [map { Watch::Switchover->new($_, $settings) } $settings->vips];
    return $self;
}

sub start {
    my ($self) = @_;
    Watch::Record::undo();
    return if !defined $self->{rules};
    $self->{record} = Watch::Record->new($self->{vips}, $self->{arp_rules}->record);
    $self->{record}->save;
    $self->{arp_rules}->apply;
    run('nft', '-f', $self->{rules});
    $_->start for @{ $self->{each} };
    return;
}

sub follow {
    my ($self) = @_;
    if (defined $self->{rules}) { $_->follow for @{ $self->{each} } }
    else { $_->follow_to($_->reported_state) for @{ $self->{vips} } }
    return;
}

# What they did to the kernel; undef where they did nothing.
sub record {
    my ($self) = @_;
    return $self->{record};
}

1;
