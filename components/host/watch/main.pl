#!/usr/bin/perl
# Watches, many times a second, what systemd and keepalived cannot see, and does what has to follow at once: a proxy
# that hangs (Watch::ProxyCheck), API servers that hang or are not ready (Upstreams), another machine that says that it
# has the VIP (Claims), what this host needs and was removed (Upkeep), a VIP that comes or goes (Switchover), or is
# announced by BGP while the proxy is healthy (Announcer). One process, of perl-base, which every Debian and Ubuntu has;
# nothing to install.
use strict;
use warnings;
use Watch::Announcement;
use Watch::Announcer;
use Watch::Claims;
use Watch::Metrics;
use Watch::Paths qw($OVERRIDES $PROXY_HUNG $RUN);
use Watch::ProxyCheck;
use Watch::ProxyReload;
use Watch::Record;
use Watch::Settings;
use Watch::Switchovers;
use Watch::System qw(now write_file);
use Watch::Upkeep;
use Watch::Upstreams;

$ENV{PATH} = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
my $TICK = 0.05;

my ($file, $action) = @ARGV;
die "Usage: watch SETTINGS [clean-up]\n" if !defined $file;
my $settings = Watch::Settings->read_from($file);

# Runs when the watcher has ended, however that was.
if (($action // '') eq 'clean-up') {
    write_file($PROXY_HUNG, "0\n") if -d $RUN;
    Watch::Record::undo();
    Watch::Announcement::leave();
    Watch::Metrics::remove();
    exit 0;
}

my $proxy = Watch::ProxyCheck->new($settings);
my $reload = Watch::ProxyReload->new($settings->value('service'));
my $upstreams = Watch::Upstreams->new($settings, $proxy, $reload);
my $switchovers = Watch::Switchovers->new($settings);
my $announcer = Watch::Announcer->new($settings);
# What is announced is on no link, and so is asked for by none.
my @claims = map { Watch::Claims->new($settings, $_) } defined $settings->announce ? () : $settings->vips;
my $upkeep = Watch::Upkeep->new($settings, $proxy, $upstreams, $switchovers, @claims);
my $metrics = Watch::Metrics->new($settings, $upstreams, $reload, $announcer);
my @checks = ($proxy->checks, $upstreams->checks);

$proxy->publish;
# The servers that an earlier watcher had ejected are found out again.
mkdir $OVERRIDES;
$reload->start if unlink glob "$OVERRIDES/*";
$switchovers->start;
$announcer->start;

my $before = now();
while (1) {
    my ($reading, $writing) = ('', '');
    $_->prepare(\$reading, \$writing) for @checks;
    $_->prepare(\$reading) for @claims;
    select $reading, $writing, undef, $TICK;
    my $now = now();
    my $late = $now - $before - $TICK;
    $before = $now;
    $_->proceed($reading, $writing, $now, $late) for @checks;
    $announcer->follow;
    $switchovers->follow;
    $_->follow($reading) for @claims;
    $upkeep->follow;
    $metrics->follow($now, $late);
    $upstreams->follow if $reload->is_idle;
}
