package Watch::System;

# What the other modules need of the machine: its clock, its files, its commands, and the journal.
use strict;
use warnings;
use Exporter qw(import);
use POSIX ();
use Watch::Paths qw($RUN);

our @EXPORT_OK = qw(now report run output nft read_file write_file);

my $TICKS_PER_SECOND = POSIX::sysconf(POSIX::_SC_CLK_TCK());

# Seconds since the boot; no one sets this clock.
sub now {
    return (POSIX::times())[0] / $TICKS_PER_SECOND;
}

# Goes to the journal.
sub report {
    my (@words) = @_;
    print {*STDERR} "@words\n";
    return;
}

# Returns the exit status, 0 for success.
sub run {
    my (@command) = @_;
    return system @command;
}

# What a command prints; undef where it fails.
sub output {
    my (@command) = @_;
    open my $in, q{-|}, @command or return;
    local $/ = undef;
    my $text = <$in> // '';
    return close $in ? $text : undef;
}

sub nft {
    my ($commands) = @_;
    open my $nft, q{|-}, 'nft -f - 2> /dev/null' or return 0;
    print {$nft} $commands;
    return close $nft;
}

# The empty text where there is no such file.
sub read_file {
    my ($path) = @_;
    open my $in, '<', $path or return '';
    local $/ = undef;
    my $text = <$in> // '';
    close $in;
    return $text;
}

# A reader never sees half of it; files of the kernel's, and those keepalived watches, are written in place. The new one
# is made elsewhere: the proxy includes whatever begins like the file it is to become.
sub write_file {
    my ($path, $content) = @_;
    my $target = $path =~ m{^/proc/|/proxy-(?:hung|down)$} ? $path : "$RUN/.watcher-new";
    open my $out, '>', $target or return report("$target: $!");
    my $written = print {$out} $content;
    return report("$target: $!") if !close($out) || !$written;
    rename $target, $path if $target ne $path;
    return;
}

1;
