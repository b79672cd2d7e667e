package Watch::Upstream;

# A group of servers behind the proxy: which of them are unhealthy, and the files by which the proxy leaves those out.
use strict;
use warnings;
use Watch::Paths qw($OVERRIDES);
use Watch::System qw(read_file report write_file);

# `file` describes the group as it is with all its servers.
sub new {
    my ($class, $name, $file) = @_;
    my ($override) = $file =~ m{([^/]+)$};
    return bless { name => $name, file => $file, override => "$OVERRIDES/$override", unhealthy => {} }, $class;
}

sub set_healthy {
    my ($self, $server, $healthy) = @_;
    if ($healthy) { delete $self->{unhealthy}{$server} }
    else { $self->{unhealthy}{$server} = 1 }
    return;
}

sub is_healthy {
    my ($self, $server) = @_;
    return !$self->{unhealthy}{$server};
}

sub has_unhealthy {
    my ($self) = @_;
    return scalar %{ $self->{unhealthy} };
}

# Whether the proxy's files are different now. When no server is healthy all are tried: what they say themselves is
# better than nothing.
sub apply {
    my ($self) = @_;
    my ($text, @all) = $self->servers;
    my @kept = grep { !$self->{unhealthy}{$_} } @all;
    my @files = map { "$self->{override}.$_" } qw(upstream map);
    if (@kept == @all || !@kept) {
        report("$self->{name}: no server is healthy; all of them are tried.") if !@kept;
        return unlink @files;
    }
    # Those of the last resort, behind them, stay: what does not seem healthy is better than nothing.
    for my $server (keys %{ $self->{unhealthy} }) {
        my $line = in_use($server);
        $text =~ s/$line//;
    }
    my ($upstream) = $text =~ /^upstream (\S+)/m or return 0;
    # Every value of the map's variable.
    my %wanted = ($files[0] => $text, $files[1] => "~. $upstream;\n");
    my @changed = grep { read_file($_) ne $wanted{$_} } @files;
    write_file($_, $wanted{$_}) for @changed;
    report("$self->{name}: left out until healthy again: " . join ', ', sort keys %{ $self->{unhealthy} });
    return scalar @changed;
}

# The text that describes the group, and its servers.
sub servers {
    my ($self) = @_;
    my $text = read_file($self->{file});
    my %seen;
    return ($text, grep { !$seen{$_}++ } $text =~ /^\s*server (\S+:\d+)/mg);
}

# The line that has a server used as long as it is healthy.
sub in_use {
    my ($server) = @_;
    return qr/^\h*server \Q$server\E(?: (?!backup;)\S+?)*;\n/m;
}

# How many servers `apply` would eject that are in use now, and how many it would readmit.
sub changes {
    my ($self) = @_;
    my (undef, @all) = $self->servers;
    my $used = read_file("$self->{override}.upstream");
    my %in_use = map { $_ => $used eq '' || $used =~ in_use($_) ? 1 : 0 } @all;
    my $left_out = grep { $self->{unhealthy}{$_} && $in_use{$_} } @all;
    my $readmits = grep { !$self->{unhealthy}{$_} && !$in_use{$_} } @all;
    return ($left_out, $readmits);
}

1;
