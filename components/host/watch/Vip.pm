package Watch::Vip;

# A virtual IP, and what keepalived says of it: its notify script writes the state of the VIP's VRRP instance to a file.
use strict;
use warnings;
use Watch::Address;
use Watch::Paths qw($PROXY_HUNG $VRRP_STATES);
use Watch::System qw(read_file write_file);

sub new {
    my ($class, $instance, $address, $table) = @_;
    return bless {
        instance => $instance,
        address => Watch::Address->new($address),
        table => $table,
        state_file => "$VRRP_STATES/$instance",
        state => '',
    }, $class;
}

sub address {
    my ($self) = @_;
    return $self->{address};
}

# Name of its VRRP instance.
sub instance {
    my ($self) = @_;
    return $self->{instance};
}

# Name of its nft table, without the family.
sub table {
    my ($self) = @_;
    return $self->{table};
}

# What keepalived last reported, as far as it was followed: MASTER, BACKUP or FAULT; empty before its first report.
sub vrrp_state {
    my ($self) = @_;
    return $self->{state};
}

sub follow_to {
    my ($self, $state) = @_;
    $self->{state} = $state;
    return;
}

# What keepalived says now; what is known of it as long as the folder is not there.
sub reported_state {
    my ($self) = @_;
    return $self->{state} if !-e $PROXY_HUNG;
    my ($state) = read_file($self->{state_file}) =~ /(\w+)/;
    return $state // '';
}

# Writes the file again where it was removed.
sub keep_state_file {
    my ($self) = @_;
    write_file($self->{state_file}, "$self->{state}\n") if $self->{state} ne '' && !-e $self->{state_file};
    return;
}

1;
