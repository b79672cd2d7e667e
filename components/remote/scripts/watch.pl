#!/usr/bin/perl
# Watches, many times a second, what systemd and keepalived cannot see, and does what has to follow at once:
#   - a proxy that runs and does not answer: keepalived hears of it by a file it watches, and the VIP leaves;
#   - API servers that hang or are not ready, for a proxy that cannot tell by itself (nginx): it leaves them out until they are well again;
#   - a VIP that comes or goes: connections under way at that moment reach the host that has them (see hand-over.nft), and those that are
#     left after that are told to reconnect.
# One process, of perl-base, which every Debian and Ubuntu has; nothing to install. components/render/watcher.ts writes its settings:
#   vip ADDRESS, interface NAME, service NAME (the proxy's), hand-over FILE (rules for nft; absent: no hand-over), drain SECONDS
#   proxy PORT banner|http EVERY WITHIN FALL RISE
#   group NAME FILE                              servers of one upstream; FILE describes it, one "server ADDRESS:PORT ..." a line
#   server GROUP ADDRESS:PORT http PORT PATH EVERY WITHIN FALL RISE      asked on this host, by way of the proxy
#   server GROUP ADDRESS:PORT connect EVERY WITHIN FALL RISE
use strict;
use warnings;
use Errno qw(EINPROGRESS);
use Fcntl qw(F_GETFL F_SETFL O_NONBLOCK);
use POSIX ();
use Socket qw(AF_INET SOCK_STREAM SOL_SOCKET SO_ERROR inet_aton pack_sockaddr_in);

$ENV{PATH} = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
my $RUN       = '/run/ha-api';
my $OVERRIDES = "$RUN/nginx";
my $TICK      = 0.05;

# A new holder sends packets of connections it does not know to the host that has them for this long; then it refuses them.
my $WINDOW = 0.5;
# A host that has given the VIP up still serves the connections it has for this long, unless the settings say how long; then they are told
# to reconnect.
my $DRAIN = 1;
# Not more often than this is the proxy told to leave a server out or take it back.
my $RELOAD_PAUSE = 1;

my $HZ = POSIX::sysconf(POSIX::_SC_CLK_TCK());
sub now { return (POSIX::times())[0] / $HZ }
sub say_so { print STDERR "@_\n" }

my (%setting, %groups, @checks);

# --- settings ------------------------------------------------------------------------------------------------------------------------

sub read_settings {
    my ($file) = @_;
    open my $in, '<', $file or die "$file: $!\n";
    while (my $line = <$in>) {
        my ($word, @rest) = split ' ', $line;
        next if !defined $word || $word =~ /^#/;
        if ($word eq 'proxy') {
            my ($port, $protocol, @numbers) = @rest;
            push @checks, check('the proxy', '127.0.0.1', $port, $protocol eq 'http' ? request('/') : '', \&proxy_said, @numbers);
            $checks[-1]{on_change} = \&proxy_changed;
        } elsif ($word eq 'group') {
            $groups{$rest[0]} = { file => $rest[1], out => {} };
        } elsif ($word eq 'server') {
            my ($group, $server, $kind, @how) = @rest;
            my ($address, $port) = split /:/, $server;
            my $check = $kind eq 'http' ? check($server, '127.0.0.1', shift @how, request(shift @how), \&server_said, @how)
                : check($server, $address, $port, undef, undef, @how);
            $check->{on_change} = sub { server_changed($group, $server, @_) };
            push @checks, $check;
        } else {
            $setting{$word} = $rest[0];
        }
    }
}

sub request { return "GET $_[0] HTTP/1.0\r\nHost: localhost\r\n\r\n" }

# --- checks: each a connection that must come to a good end within its time --------------------------------------------------------------

# `request`: sent when connected; '' waits for what is said, undef is content with the connection. `judge` says what is wrong with an
# answer, or nothing, or undef while it is not whole.
sub check {
    my ($name, $address, $port, $request, $judge, $every, $within, $fall, $rise) = @_;
    return {
        name => $name, to => pack_sockaddr_in($port, inet_aton($address)), request => $request, judge => $judge,
        every => $every, within => $within, fall => $fall, rise => $rise, well => 1, row => 0, due => now(), socket => undef,
    };
}

sub begin {
    my ($check) = @_;
    my $start = now();
    socket($check->{socket}, AF_INET, SOCK_STREAM, 0) or return finish($check, "no socket: $!");
    fcntl($check->{socket}, F_SETFL, fcntl($check->{socket}, F_GETFL, 0) | O_NONBLOCK);
    @$check{qw(due deadline connected heard)} = ($start + $check->{every}, $start + $check->{within}, 0, '');
    connect($check->{socket}, $check->{to}) or $! == EINPROGRESS or finish($check, "$!");
}

# Something happened on its socket.
sub go_on {
    my ($check) = @_;
    if (!$check->{connected}) {
        my $error = unpack 'i', getsockopt($check->{socket}, SOL_SOCKET, SO_ERROR);
        if ($error) { local $! = $error; return finish($check, lc "$!") }
        $check->{connected} = 1;
        return finish($check, '') if !defined $check->{request};
        syswrite $check->{socket}, $check->{request} if $check->{request} ne '';
        return;
    }
    my $count = sysread $check->{socket}, $check->{heard}, 4096, length $check->{heard};
    my $wrong = $check->{judge}->($check->{heard});
    if (defined $wrong) { finish($check, $wrong) }
    elsif (!$count) { finish($check, 'it ended the connection') }
}

sub finish {
    my ($check, $wrong) = @_;
    close $check->{socket} if defined $check->{socket};
    $check->{socket} = undef;
    # A failure is looked into at once, a server that is down less often than one that is well.
    $check->{due} = now() if $wrong ne '' && $check->{well} && $check->{due} > now();
    my $well = $wrong eq '' ? 1 : 0;
    if ($well == $check->{well}) { $check->{row} = 0; return }
    return if ++$check->{row} < ($well ? $check->{rise} : $check->{fall});
    @$check{qw(well row)} = ($well, 0);
    $check->{on_change}->($well, $wrong);
}

# --- the proxy -----------------------------------------------------------------------------------------------------------------------

sub proxy_said { return $_[0] =~ /\n/ ? '' : undef }

sub proxy_changed {
    my ($well, $wrong) = @_;
    # One that does not run is systemd's business, and keepalived was told already.
    return if !$well && $wrong !~ /no answer/;
    write_file("$RUN/proxy-hung", $well ? "0\n" : "1\n");
    say_so($well ? 'The proxy answers again.' : "The proxy hangs: $wrong. This host gives the VIP up.");
}

# --- API servers and other backends --------------------------------------------------------------------------------------------------

my ($servers_changed, $last_reload) = (0, 0);

# Whatever is not an error of a server's own is an answer: one that wants to know who asks (401, 403) is well.
sub server_said {
    my ($status) = $_[0] =~ m{^HTTP/1\.\d (\d{3})} or return undef;
    return $status == 502 ? 'no connection, or a certificate that the authority did not sign' : $status == 504 ? 'no answer' : $status >= 500 ? "HTTP $status" : '';
}

sub server_changed {
    my ($group, $server, $well, $wrong) = @_;
    if ($well) { delete $groups{$group}{out}{$server} } else { $groups{$group}{out}{$server} = $wrong }
    say_so("$group: $server " . ($well ? 'is well again.' : "is not well: $wrong."));
    $servers_changed = 1;
}

# Tells the proxy which servers to leave out. When none is well all are tried: what they say themselves is better than nothing.
sub apply_servers {
    my ($reload) = @_;
    ($servers_changed, $last_reload) = (0, now());
    mkdir $OVERRIDES;
    for my $name (sort keys %groups) {
        my ($file, $out) = @{ $groups{$name} }{qw(file out)};
        my $text = read_file($file);
        my @all = $text =~ /^\s*server (\S+:\d+)/mg;
        my @kept = grep { !$out->{$_} } @all;
        my @files = map { "$OVERRIDES/$name.$_" } qw(upstream map);
        if (@kept == @all || !@kept) {
            say_so("$name: no server is well; all of them are tried.") if !@kept;
            $reload += unlink @files;
            next;
        }
        $text =~ s/^\s*server \Q$_\E[ ;].*\n//m for keys %$out;
        # Every value of the map's variable.
        my @texts = ($text, "~. ${name}_well;\n");
        for my $index (0, 1) {
            next if read_file($files[$index]) eq $texts[$index];
            write_file($files[$index], $texts[$index]);
            $reload = 1;
        }
        say_so("$name: left out until well again: " . join ', ', sort keys %$out);
    }
    system 'systemctl', 'reload', $setting{service} if $reload && system('systemctl', 'is-active', '--quiet', $setting{service}) == 0;
}

# --- hand-over -----------------------------------------------------------------------------------------------------------------------

my $state = '';
my ($close_at, $drained_at);

sub follow_vrrp {
    my $now = now();
    my ($seen) = read_file("$RUN/vrrp-state") =~ /(\w+)/;
    $seen //= '';
    if ($seen ne $state) {
        if ($seen eq 'MASTER') {
            # Kept when the address goes: this host then still answers for the connections it has.
            run(qw(ip route replace), own_route());
            ($close_at, $drained_at) = ($now + $WINDOW, undef);
        } elsif ($state eq 'MASTER') {
            ($close_at, $drained_at) = (undef, $now + ($setting{drain} // $DRAIN));
        }
        $state = $seen;
    }
    if (defined $close_at && $now >= $close_at) { $close_at = undef; nft("flush set ip ha_api open\n") }
    if (defined $drained_at && $now >= $drained_at) { $drained_at = undef; end_of_drain() }
}

# Beside the kernel's own route for the address, which comes and goes with it: another metric makes it another route.
sub own_route { return ('local', $setting{vip}, qw(dev lo table local scope host metric 100)) }

# Clients of what is left are told at once, instead of finding out when they next send something; then the address is nobody's here.
sub end_of_drain {
    run("ss --kill --no-header state connected src $setting{vip} > /dev/null 2>&1");
    run(join(' ', qw(ip route del), own_route(), '2> /dev/null'));
    # Ready for the next time: what this host knew of connections is of the time before.
    nft("flush set ip ha_api known\nadd element ip ha_api open { $setting{vip} }\n");
}

# Nobody but the interface that has the VIP may say where it is, also while this host still answers for connections it has.
sub arp_ignore { return "/proc/sys/net/ipv4/conf/$setting{interface}/arp_ignore" }

sub start_hand_over {
    return if !defined $setting{'hand-over'};
    my $before = read_file(arp_ignore());
    write_file("$RUN/arp-ignore", $before) if !-e "$RUN/arp-ignore";
    write_file(arp_ignore(), "1\n") if $before =~ /^0/;
    run('nft', '-f', $setting{'hand-over'});
    ($state) = read_file("$RUN/vrrp-state") =~ /(\w+)/;
    $state //= '';
    if ($state eq 'MASTER') { $state = ''; follow_vrrp(); $close_at = undef }
    else { end_of_drain() }
}

# Runs when the watcher has ended, however that was: nothing is forwarded, and the kernel's setting is the one from before.
sub clean_up {
    write_file("$RUN/proxy-hung", "0\n") if -d $RUN;
    return if !defined $setting{'hand-over'};
    run('nft delete table ip ha_api 2> /dev/null');
    run(join(' ', qw(ip route del), own_route(), '2> /dev/null'));
    write_file(arp_ignore(), read_file("$RUN/arp-ignore")) if -s "$RUN/arp-ignore" && -e arp_ignore();
    unlink "$RUN/arp-ignore";
}

sub nft {
    my ($commands) = @_;
    open my $nft, '|-', 'nft -f - 2> /dev/null' or return;
    print $nft $commands;
    close $nft;
}

sub run { system @_ }

sub read_file {
    my ($path) = @_;
    open my $in, '<', $path or return '';
    local $/;
    return <$in> // '';
}

# A reader never sees half of it; files of the kernel's, and those keepalived watches, are written in place.
sub write_file {
    my ($path, $content) = @_;
    my $target = $path =~ m{^/proc/|/proxy-hung$} ? $path : "$path.new";
    open my $out, '>', $target or return say_so("$target: $!");
    print $out $content;
    close $out;
    rename $target, $path if $target ne $path;
}

# --- the whole -----------------------------------------------------------------------------------------------------------------------

my ($file, $what) = @ARGV;
die "Usage: watch SETTINGS [clean-up]\n" if !defined $file;
read_settings($file);
if (($what // '') eq 'clean-up') { clean_up(); exit 0 }

write_file("$RUN/proxy-hung", "0\n");
apply_servers(0) if %groups;
start_hand_over();
my $before = now();
while (1) {
    my ($reading, $writing) = ('', '');
    for my $check (@checks) {
        begin($check) if !defined $check->{socket} && now() >= $check->{due};
        next if !defined $check->{socket};
        vec($check->{connected} ? $reading : $writing, fileno($check->{socket}), 1) = 1;
    }
    select $reading, $writing, undef, $TICK;
    my $now = now();
    # When this process had no time, or the whole machine stood still, the others had none either: nobody is blamed for that.
    my $late = $now - $before - $TICK;
    $before = $now;
    for my $check (grep { defined $_->{socket} } @checks) {
        $check->{deadline} += $late if $late > 0.1;
        my $happened = vec($check->{connected} ? $reading : $writing, fileno($check->{socket}), 1);
        if ($happened) { go_on($check) }
        elsif ($now >= $check->{deadline}) { finish($check, ($check->{connected} ? 'no answer' : 'no answer to a connection') . " within $check->{within} s") }
    }
    follow_vrrp() if defined $setting{'hand-over'};
    apply_servers(0) if $servers_changed && $now - $last_reload >= $RELOAD_PAUSE;
}
