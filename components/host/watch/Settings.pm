package Watch::Settings;

# The settings that components/render/watcher.ts writes, a line each:
#   vip INSTANCE ADDRESS TABLE (of nft), for each VIP
#   vrrp NAME (keepalived's service), vrrp-pid FILE (may hold its main process; any number of them)
#   announce TABLE PROTOCOL SECONDS (in place of both: the kernel's table of what BIRD announces, by which protocol the
#                             routes there are, for how long the proxy must be healthy before)
#   interface NAME, service NAME (the proxy's), process NAME (its processes')
#   switchover FILE (rules for nft; absent: no graceful switchover), drain SECONDS
#   others ADDRESS,... (the other hosts), real-time PRIORITY (of keepalived's VRRP process)
#   proxy PORT banner|http EVERY WITHIN FALL RISE
#   metrics ENGINE (nginx or haproxy; absent: no metrics)
#   group NAME FILE           servers of one upstream; FILE describes it, one "server ADDRESS:PORT ..." a line, and its
#                             name is that of what the proxy includes from the overrides
#   server GROUP ADDRESS:PORT http PORT PATH EVERY WITHIN FALL RISE      asked on this host, by way of the proxy
#   server GROUP ADDRESS:PORT connect EVERY WITHIN FALL RISE
# What the switchover program alone reads stands there too.
use strict;
use warnings;
use Watch::Vip;

sub read_from {
    my ($class, $file) = @_;
    open my $in, '<', $file or die "$file: $!\n";
    my @lines = <$in>;
    close $in;
    return $class->new(@lines);
}

sub new {
    my ($class, @lines) = @_;
    my $self = bless { value => {}, vips => [], pid_files => [], groups => [], servers => [] }, $class;
    for my $line (@lines) {
        my ($word, @rest) = split q{ }, $line;
        next if !defined $word || $word =~ /^#/;
        if ($word eq 'proxy') { $self->{proxy} = check_of([qw(port protocol)], @rest) }
        elsif ($word eq 'announce') { @{ $self->{announce} }{qw(table protocol delay)} = @rest }
        elsif ($word eq 'group') { push @{ $self->{groups} }, { name => $rest[0], file => $rest[1] } }
        elsif ($word eq 'server') { push @{ $self->{servers} }, server_of(@rest) }
        elsif ($word eq 'vip') { push @{ $self->{vips} }, Watch::Vip->new(@rest) }
        elsif ($word eq 'vrrp-pid') { push @{ $self->{pid_files} }, $rest[0] }
        else { $self->{value}{$word} = $rest[0] }
    }
    return $self;
}

sub server_of {
    my ($group, $server, $kind, @rest) = @_;
    my $check = check_of($kind eq 'http' ? [qw(port path)] : [], @rest);
    return { group => $group, server => $server, kind => $kind, %$check };
}

# The numbers of a check, after words that have these names.
sub check_of {
    my ($names, @words) = @_;
    my %check;
    @check{ @$names, qw(every within fall rise) } = @words;
    return \%check;
}

# A setting of one word; undef where it is absent.
sub value {
    my ($self, $word) = @_;
    return $self->{value}{$word};
}

sub vips {
    my ($self) = @_;
    return @{ $self->{vips} };
}

# Where keepalived writes the number of its main process: one of these, as it was built.
sub pid_files {
    my ($self) = @_;
    return @{ $self->{pid_files} };
}

# How the VIPs are announced by BGP; undef where VRRP moves them.
sub announce {
    my ($self) = @_;
    return $self->{announce};
}

sub proxy {
    my ($self) = @_;
    return $self->{proxy};
}

sub groups {
    my ($self) = @_;
    return @{ $self->{groups} };
}

sub servers {
    my ($self) = @_;
    return @{ $self->{servers} };
}

1;
