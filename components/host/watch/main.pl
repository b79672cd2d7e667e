#!/usr/bin/perl
# Watches, many times a second, what systemd and keepalived cannot see, and does what has to follow at once:
#   - a proxy that runs and does not answer: keepalived hears of it by a file it watches, and the VIP leaves;
#   - API servers that hang or are not ready, for a proxy that cannot tell by itself (nginx): it leaves them out until they are well again;
#   - another machine that says that it has the VIP: the holder says at once who has it, and the journal whose MAC address it was;
#   - what this host needs and somebody took away: the folder of its run-time files, keepalived's place before all else that computes;
#   - a VIP that comes or goes: connections under way at that moment reach the host that has them (see switchover.nft), and those that are
#     left after that are told to reconnect.
# One process, of perl-base, which every Debian and Ubuntu has; nothing to install. components/render/watcher.ts writes its settings:
#   vip ADDRESS, interface NAME, service NAME (the proxy's), switchover FILE (rules for nft; absent: no switchover), drain SECONDS,
#   others ADDRESS,... (the other hosts), real-time PRIORITY (of keepalived's VRRP process)
#   proxy PORT banner|http EVERY WITHIN FALL RISE
#   group NAME FILE                              servers of one upstream; FILE describes it, one "server ADDRESS:PORT ..." a line, and its
#                                                name is that of what the proxy includes from the overrides
#   server GROUP ADDRESS:PORT http PORT PATH EVERY WITHIN FALL RISE      asked on this host, by way of the proxy
#   server GROUP ADDRESS:PORT connect EVERY WITHIN FALL RISE
use strict;
use warnings;
use Errno qw(EINPROGRESS);
use Fcntl qw(F_GETFL F_SETFL O_NONBLOCK);
use POSIX qw(WNOHANG);
use Watch::Paths qw($RUN $OVERRIDES);
use Socket qw(AF_INET AF_UNIX MSG_DONTWAIT SOCK_DGRAM SOCK_STREAM SOL_SOCKET SO_ERROR inet_aton pack_sockaddr_in pack_sockaddr_un);

$ENV{PATH} = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
my $TICK = 0.05;

# A new holder sends packets of connections it does not know to the host that has them for this long; then it refuses them.
my $WINDOW = 0.5;
# A host that has given the VIP up still serves the connections it has for this long, unless the settings say how long; then they are told
# to reconnect.
my $DRAIN = 1;
# How long the kernel goes on sending packets on without word from this process, which renews it in time: one that is late, stuck or gone
# must not keep a holder from answering.
my ($OPEN, $RENEW) = (5, 2);
# A server is asked up to so many times within the time of a check, evenly, and well when one of them is answered well: a lost packet, which TCP
# sends again after a second only, is not the server's fault.
my $TRIES = 3;
# Not more often than this is the proxy told to leave a server out or take it back.
my $RELOAD_PAUSE = 1;
# Servers that come back do so at nearly the same time: the first waits for the others, so that it is not given all the work.
my $COMPANY = 0.3;
# Each reload leaves workers behind until their last connection ends. With more of them than this for each worker of now, a server that comes
# and goes stays out: memory is worth more than it.
my $GENERATIONS = 8;
# How often this host's own needs are looked at, and systemd told that this process is well: it ends one that is not heard of for ten seconds.
my $LOOK_AROUND = 1;
# Another host of ours that has just taken the VIP may say so before this one has given it up: so long nobody is contradicted.
my $DOUBT = 0.1;
# Of the same stranger the journal hears not more often than this.
my $TELL_AGAIN = 10;

my $HZ = POSIX::sysconf(POSIX::_SC_CLK_TCK());
sub now { return (POSIX::times())[0] / $HZ }
sub say_so { print STDERR "@_\n" }

my (%setting, %groups, @checks, $proxy);

# --- settings ------------------------------------------------------------------------------------------------------------------------

sub read_settings {
    my ($file) = @_;
    open my $in, '<', $file or die "$file: $!\n";
    while (my $line = <$in>) {
        my ($word, @rest) = split ' ', $line;
        next if !defined $word || $word =~ /^#/;
        if ($word eq 'proxy') {
            my ($port, $protocol, @numbers) = @rest;
            $proxy = check('the proxy', '127.0.0.1', $port, $protocol eq 'http' ? request('/') : '', \&proxy_said, @numbers);
            $proxy->{on_check} = \&proxy_checked;
            push @checks, $proxy;
        } elsif ($word eq 'group') {
            my ($override) = $rest[1] =~ m{([^/]+)$};
            $groups{$rest[0]} = { file => $rest[1], override => "$OVERRIDES/$override", out => {} };
        } elsif ($word eq 'server') {
            my ($group, $server, $kind, @how) = @rest;
            my ($address, $port) = split /:/, $server;
            my $check = $kind eq 'http' ? check($server, '127.0.0.1', shift @how, request(shift @how), \&server_said, @how)
                : check($server, $address, $port, undef, undef, @how);
            $check->{by_proxy} = $kind eq 'http';
            $check->{most} = $TRIES;
            $check->{on_change} = sub { server_changed($group, $server, @_) };
            push @checks, $check;
        } else {
            $setting{$word} = $rest[0];
        }
    }
}

sub request { return "GET $_[0] HTTP/1.0\r\nHost: localhost\r\n\r\n" }

# --- checks: each a connection, or a few, of which one must come to an end within its time, and that one be good ----------------------------

# `request`: sent when connected; '' waits for what is said, undef is content with the connection. `judge` says what is wrong with an
# answer, or nothing, or undef while it is not whole.
sub check {
    my ($name, $address, $port, $request, $judge, $every, $within, $fall, $rise) = @_;
    return {
        name => $name, to => pack_sockaddr_in($port, inet_aton($address)), request => $request, judge => $judge,
        every => $every, within => $within, fall => $fall, rise => $rise, well => 1, row => 0, due => now(), most => 1, tries => [],
    };
}

sub begin {
    my ($check) = @_;
    my $start = now();
    @$check{qw(due deadline tries)} = ($start + $check->{every}, $start + $check->{within}, []);
    try($check);
}

sub try {
    my ($check) = @_;
    socket(my $socket, AF_INET, SOCK_STREAM, 0) or return finish($check, "no socket: $!");
    fcntl($socket, F_SETFL, fcntl($socket, F_GETFL, 0) | O_NONBLOCK);
    push @{ $check->{tries} }, { socket => $socket, connected => 0, heard => '' };
    connect($socket, $check->{to}) or $! == EINPROGRESS or finish($check, "$!");
}

# Whether it is time to ask again, since nobody has answered so far.
sub next_try_due {
    my ($check, $now) = @_;
    my $made = @{ $check->{tries} };
    return $made && $made < $check->{most} && $now >= $check->{deadline} - $check->{within} * (1 - $made / $check->{most});
}

# Something happened on the socket of one of its tries.
sub go_on {
    my ($check, $try) = @_;
    my $socket = $try->{socket};
    if (!$try->{connected}) {
        my $error = unpack 'i', getsockopt($socket, SOL_SOCKET, SO_ERROR);
        if ($error) { local $! = $error; return finish($check, lc "$!") }
        $try->{connected} = 1;
        return finish($check, '') if !defined $check->{request};
        syswrite $socket, $check->{request} if $check->{request} ne '';
        return;
    }
    my $count = sysread $socket, $try->{heard}, 4096, length $try->{heard};
    my $wrong = $check->{judge}->($try->{heard});
    if (defined $wrong) { finish($check, $wrong) }
    elsif (!$count) { finish($check, 'it ended the connection') }
}

# The first try that came to an end decides; the others are given up.
sub finish {
    my ($check, $wrong) = @_;
    close $_->{socket} for @{ $check->{tries} };
    $check->{tries} = [];
    my $well = $wrong eq '' ? 1 : 0;
    # A proxy that does not answer says nothing about the servers that it was to ask.
    return if !$well && $check->{by_proxy} && ($wrong =~ /refused/ || proxy_in_doubt());
    # A failure is looked into at once, a server that is down less often than one that is well.
    $check->{due} = now() if !$well && $check->{well} && $check->{due} > now();
    $check->{on_check}->($well, $wrong) if $check->{on_check};
    if ($well == $check->{well}) { $check->{row} = 0; return }
    return if ++$check->{row} < ($well ? $check->{rise} : $check->{fall});
    @$check{qw(well row)} = ($well, 0);
    $check->{on_change}->($well, $wrong) if $check->{on_change};
}

# --- the proxy -----------------------------------------------------------------------------------------------------------------------

sub proxy_in_doubt { return defined $proxy && (!$proxy->{well} || $proxy->{row} > 0) }

sub proxy_said { return $_[0] =~ /\n/ ? '' : undef }

# Whether it hangs is a matter of its own: one that was down, which is systemd's business, may come back and hang.
my ($hangs, $in_a_row) = (0, 0);

sub proxy_checked {
    my ($well, $wrong) = @_;
    if ($hangs ? !$well : $wrong !~ /no answer/) { $in_a_row = 0; return }
    return if ++$in_a_row < ($hangs ? $proxy->{rise} : $proxy->{fall});
    ($hangs, $in_a_row) = (!$hangs || 0, 0);
    write_file("$RUN/proxy-hung", "$hangs\n");
    say_so($hangs ? "The proxy hangs: $wrong. This host gives the VIP up." : 'The proxy answers again.');
}

# --- API servers and other backends --------------------------------------------------------------------------------------------------

# When the proxy is to be told of what changed, and the process that is telling it.
my ($apply_at, $last_reload, $reloading, $reload_again_at, $crowd_seen) = (undef, 0);

# Whatever is not an error of a server's own is an answer: one that wants to know who asks (401, 403) is well.
sub server_said {
    my ($status) = $_[0] =~ m{^HTTP/1\.\d (\d{3})} or return undef;
    return $status == 502 ? 'no connection, or a certificate that the authority did not sign' : $status == 504 ? 'no answer' : $status >= 500 ? "HTTP $status" : '';
}

sub server_changed {
    my ($group, $server, $well, $wrong) = @_;
    if ($well) { delete $groups{$group}{out}{$server} } else { $groups{$group}{out}{$server} = $wrong }
    say_so("$group: $server " . ($well ? 'is well again.' : "is not well: $wrong."));
    my $when = $last_reload + $RELOAD_PAUSE;
    my $soonest = now() + ($well ? $COMPANY : 0);
    $when = $soonest if $when < $soonest;
    $apply_at = $when if !defined $apply_at || !$well && $when < $apply_at;
}

# Tells the proxy which servers to leave out. When none is well all are tried: what they say themselves is better than nothing.
sub apply_servers {
    $apply_at = undef;
    if (taking_back() && crowded()) { $apply_at = now() + 10; return }
    my $reload = 0;
    for my $name (sort keys %groups) {
        my ($override, $out) = @{ $groups{$name} }{qw(override out)};
        my ($text, @all) = servers_of($name);
        my @kept = grep { !$out->{$_} } @all;
        my @files = map { "$override.$_" } qw(upstream map);
        if (@kept == @all || !@kept) {
            say_so("$name: no server is well; all of them are tried.") if !@kept;
            $reload += unlink @files;
            next;
        }
        # Those of the last resort, behind them, stay: what does not seem well is better than nothing.
        for my $server (keys %$out) { my $line = in_use($server); $text =~ s/$line// }
        my ($upstream) = $text =~ /^upstream (\S+)/m or next;
        # Every value of the map's variable.
        my @texts = ($text, "~. $upstream;\n");
        for my $index (0, 1) {
            next if read_file($files[$index]) eq $texts[$index];
            write_file($files[$index], $texts[$index]);
            $reload = 1;
        }
        say_so("$name: left out until well again: " . join ', ', sort keys %$out);
    }
    reload_proxy() if $reload;
}

# The file that describes a group, and its servers.
sub servers_of {
    my $text = read_file($groups{$_[0]}{file});
    my %seen;
    return ($text, grep { !$seen{$_}++ } $text =~ /^\s*server (\S+:\d+)/mg);
}

# The line that has a server used as long as it is well.
sub in_use { return qr/^\h*server \Q$_[0]\E(?: (?!backup;)\S+?)*;\n/m }

# Whether a server that the proxy leaves out would be used again, and no other be left out.
sub taking_back {
    my $back = 0;
    for my $name (keys %groups) {
        my ($override, $out) = @{ $groups{$name} }{qw(override out)};
        my (undef, @all) = servers_of($name);
        my $used = read_file("$override.upstream");
        my %in_use = map { $_ => $used eq '' || $used =~ in_use($_) ? 1 : 0 } @all;
        return 0 if grep { $out->{$_} && $in_use{$_} } @all;
        $back = 1 if grep { !$out->{$_} && !$in_use{$_} } @all;
    }
    return $back;
}

# Whether the workers of earlier configurations are too many.
sub crowded {
    my ($old, $new) = (0, 0);
    for my $file (glob '/proc/[0-9]*/cmdline') {
        my $title = read_file($file);
        next if $title !~ /^nginx: worker process/;
        if ($title =~ /shutting down/) { $old++ } else { $new++ }
    }
    my $crowded = $old > $GENERATIONS * ($new || 1);
    say_so("$old workers of earlier configurations still have connections: servers that are well again wait for them.") if $crowded && !$crowd_seen;
    return $crowd_seen = $crowded;
}

# In a process of its own, because it may take long, and this one has other things to watch.
sub reload_proxy {
    $last_reload = now();
    $reloading = fork;
    if (!defined $reloading) { $reload_again_at = now() + 2; return }
    return if $reloading;
    exec('sh', '-c', 'case $(systemctl is-active "$0") in
        active | reloading) exec timeout 30 systemctl reload "$0" ;;
        activating) exit 1 ;;
    esac', $setting{service}) or POSIX::_exit(1);
}

# A reload that failed is tried again: until then the proxy uses servers that it should not.
sub follow_reload {
    return if !$reloading || waitpid($reloading, WNOHANG) != $reloading;
    $reloading = undef;
    return if $? == 0;
    say_so('The proxy could not be reloaded; it is tried again.');
    $reload_again_at = now() + 2;
}

# --- switchover -----------------------------------------------------------------------------------------------------------------------

my $state = '';

# What keepalived last said; what is known of it as long as the folder is not there.
sub vrrp_state {
    return $state if !-e "$RUN/proxy-hung";
    my ($seen) = read_file("$RUN/vrrp-state") =~ /(\w+)/;
    return $seen // '';
}

my ($close_at, $drained_at, $renew_at) = (undef, undef, 0);

sub follow_vrrp {
    my ($now, $seen) = (now(), vrrp_state());
    if (!defined $setting{'switchover'}) { $state = $seen; return }
    if ($seen ne $state) {
        if ($seen eq 'MASTER') {
            # Kept when the address goes: this host then still answers for the connections it has.
            run(qw(ip route replace), own_route($setting{vip}));
            ($close_at, $drained_at) = ($now + $WINDOW, undef);
        } elsif ($state eq 'MASTER') {
            ($close_at, $drained_at) = (undef, $now + ($setting{drain} // $DRAIN));
        }
        $state = $seen;
    }
    if (defined $close_at && $now >= $close_at && (nft("flush set ip ha_api open\n") || $now > $close_at + $OPEN)) { $close_at = undef }
    if (defined $drained_at && $now >= $drained_at) { $drained_at = undef; end_of_drain() }
    if ($state ne 'MASTER' && !defined $drained_at && $now >= $renew_at) { stand_by() }
}

# Ready for the next time this host takes the VIP: from then on it sends on what it does not know, until it says otherwise or falls silent.
# The rules are loaded again where somebody else has flushed them.
sub stand_by {
    my $open = "flush set ip ha_api open\nadd element ip ha_api open { $setting{vip} timeout ${OPEN}s }\n";
    my $ready = nft($open) || run('nft', '-f', $setting{'switchover'}) == 0 && nft($open);
    # A kernel that has no such rules will not have them soon.
    $renew_at = now() + ($ready ? $RENEW : 30);
}

# Beside the kernel's own route for the address, which comes and goes with it: another metric makes it another route.
sub own_route { return ('local', $_[0], qw(dev lo table local scope host metric 100)) }

# Clients of what is left are told at once, instead of finding out when they next send something; then the address is nobody's here.
sub end_of_drain {
    run("ss --kill --no-header state connected src $setting{vip} > /dev/null 2>&1");
    run(join(' ', qw(ip route del), own_route($setting{vip}), '2> /dev/null'));
    # What this host knew of connections is of the time before.
    nft("flush set ip ha_api known\n");
    stand_by();
}

# Nobody but the interface that has the VIP may say where it is, and no question of this host's may sound as if it had it, also while it
# still answers for connections it has.
my %ARP = (arp_ignore => 1, arp_announce => 2);
sub kernel_setting { my ($interface, $name) = @_; return "/proc/sys/net/ipv4/conf/$interface/$name" }

# What was done is on record, so that it is undone whatever the settings say by then.
my $RECORD = "$RUN/switchover";
my $record = '';

sub start_hand_over {
    undo_hand_over();
    return if !defined $setting{'switchover'};
    my $interface = $setting{interface};
    my %before = map { $_ => (read_file(kernel_setting($interface, $_)) =~ /(\d+)/)[0] // 0 } keys %ARP;
    $record = "vip $setting{vip}\ninterface $interface\n" . join '', map { "$_ $before{$_}\n" } sort keys %ARP;
    write_file($RECORD, $record);
    for my $name (sort keys %ARP) { write_file(kernel_setting($interface, $name), "$ARP{$name}\n") if $before{$name} < $ARP{$name} }
    run('nft', '-f', $setting{'switchover'});
    $state = vrrp_state();
    if ($state eq 'MASTER') { $state = ''; follow_vrrp(); $close_at = undef }
    else { end_of_drain() }
}

# Nothing is sent on, nothing is kept, and the kernel's settings are those from before.
sub undo_hand_over {
    my %record = read_file($RECORD) =~ /^(\w+) (\S+)$/mg or return;
    run('nft delete table ip ha_api 2> /dev/null');
    run(join(' ', qw(ip route del), own_route($record{vip}), '2> /dev/null'));
    for my $name (sort keys %ARP) {
        my $file = kernel_setting($record{interface}, $name);
        write_file($file, "$record{$name}\n") if -e $file && defined $record{$name};
    }
    unlink $RECORD;
}

# Runs when the watcher has ended, however that was.
sub clean_up {
    write_file("$RUN/proxy-hung", "0\n") if -d $RUN;
    undo_hand_over();
}

# --- another machine that says that it has the VIP ---------------------------------------------------------------------------------------

# Its announcement takes the neighbours with it until keepalived's next one, up to ten seconds later. Every packet of ARP that names the VIP as
# its sender's address is heard; the kernel's filter lets no other through.
my ($AF_PACKET, $ETH_P_ARP, $ETH_P_IP, $SO_ATTACH_FILTER) = (17, 0x0806, 0x0800, 26);
my ($arp, %claims, %told);

sub listen_to_arp {
    my ($index) = read_file("/sys/class/net/$setting{interface}/ifindex") =~ /(\d+)/ or return;
    my $vip = unpack 'N', inet_aton($setting{vip});
    # Load the sender's address; accept the packet if it is the VIP, else not.
    my $filter = join '', map { pack 'SCCL', @$_ } [0x20, 0, 0, 14], [0x15, 0, 1, $vip], [0x06, 0, 0, 64], [0x06, 0, 0, 0];
    socket($arp, $AF_PACKET, SOCK_DGRAM, 0) && setsockopt($arp, SOL_SOCKET, $SO_ATTACH_FILTER, pack('S x![P] P', 4, $filter))
        && bind($arp, link_address($index, "\0" x 6)) and return;
    say_so("Strangers that announce $setting{vip} are not noticed here: $!");
    $arp = undef;
}

sub link_address { return pack 'S n i S C C a8', $AF_PACKET, $ETH_P_ARP, $_[0], 0, 0, 6, $_[1] }

sub own_mac { return lc read_file("/sys/class/net/$setting{interface}/address") =~ tr/0-9a-fA-F//cdr }

sub hear_arp {
    while (defined recv $arp, my $packet, 64, MSG_DONTWAIT) {
        my ($mac) = unpack 'x8 H12', $packet;
        $claims{$mac} //= now() + $DOUBT if length $packet >= 28 && $mac ne own_mac();
    }
}

sub answer_claims {
    my $now = now();
    for my $mac (grep { $now >= $claims{$_} } keys %claims) {
        delete $claims{$mac};
        my $written = join ':', $mac =~ /../g;
        next if $state ne 'MASTER' || is_other_host($written);
        announce();
        next if $now < ($told{$mac} // 0);
        # Whoever makes up addresses must not fill the memory.
        %told = () if keys %told > 100;
        $told{$mac} = $now + $TELL_AGAIN;
        say_so("$written, which is none of the hosts, says that it has $setting{vip}. This host, which holds it, has announced itself again.");
    }
}

# By the addresses that this host's neighbours have.
sub is_other_host {
    my ($mac) = @_;
    my %others = map { $_ => 1 } split /,/, $setting{others} // '';
    return scalar grep { my ($address, undef, undef, $its) = split; $others{ $address // '' } && lc $its eq $mac } split /\n/, read_file('/proc/net/arp');
}

# As keepalived does: a question and an answer, both about the VIP itself, to everybody.
sub announce {
    my ($index) = read_file("/sys/class/net/$setting{interface}/ifindex") =~ /(\d+)/ or return;
    my $vip = inet_aton($setting{vip});
    for my $kind (1, 2) {
        send $arp, pack('n n C C n H12 a4 a6 a4', 1, $ETH_P_IP, 6, 4, $kind, own_mac(), $vip, "\xff" x 6, $vip), 0, link_address($index, "\xff" x 6);
    }
}

# --- what this host needs ----------------------------------------------------------------------------------------------------------------

my $look_at = 0;

sub look_around {
    return if now() < $look_at;
    $look_at = now() + $LOOK_AROUND;
    tell_systemd();
    keep_folder();
    keep_real_time() if defined $setting{'real-time'};
}

# That this process goes round; its unit has WatchdogSec.
sub tell_systemd {
    my $path = $ENV{NOTIFY_SOCKET} // return;
    $path =~ s/^@/\0/;
    my $socket;
    socket($socket, AF_UNIX, SOCK_DGRAM, 0) && send $socket, 'WATCHDOG=1', MSG_DONTWAIT, pack_sockaddr_un($path);
}

# Somebody may remove the folder. What is known is written again, and keepalived, which watches files that are no more, told to look anew.
sub keep_folder {
    return if -e "$RUN/proxy-hung" && -d $OVERRIDES && ($record eq '' || -e $RECORD);
    mkdir $RUN;
    mkdir $OVERRIDES;
    write_file($RECORD, $record) if $record ne '';
    write_file("$RUN/vrrp-state", "$state\n") if $state ne '' && !-e "$RUN/vrrp-state";
    write_file("$RUN/proxy-down", run('systemctl', 'is-active', '--quiet', $setting{service}) == 0 ? "0\n" : "1\n") if !-e "$RUN/proxy-down";
    write_file("$RUN/proxy-hung", "$hangs\n");
    $apply_at = now() if grep { %{ $_->{out} } } values %groups;
    say_so("$RUN was removed, and is there again.");
    run('systemctl', '--no-block', 'reload', 'keepalived');
}

# keepalived's unit sees to it at the start. A VRRP process that keepalived itself started again, after the first had died, is not before all
# else any more. Of one that is, the kernel says a policy other than 0.
my $usual = 0;

sub keep_real_time {
    my ($main) = map { /(\d+)/ } map { read_file($_) } grep { -e } '/run/keepalived.pid', '/run/keepalived/keepalived.pid';
    my ($child) = split ' ', read_file('/proc/' . ($main // 0) . '/task/' . ($main // 0) . '/children');
    my $policy = (split ' ', read_file('/proc/' . ($child // 0) . '/stat') =~ s/^.*\) //r)[38];
    if (!defined $policy || $policy != 0) { $usual = 0; return }
    # Seen twice, so that one that is just being started is left to the unit; then never again, whatever came of it.
    return if $usual == -$child;
    if ($usual != $child) { $usual = $child; return }
    $usual = -$child;
    my $done = run("chrt --reset-on-fork --rr --pid $setting{'real-time'} $child 2> /dev/null") == 0;
    say_so("keepalived's VRRP process ($child) " . ($done ? 'was started again without its real-time priority, and has it back.' : 'has no real-time priority, and cannot be given it here.'));
}

sub nft {
    my ($commands) = @_;
    open my $nft, '|-', 'nft -f - 2> /dev/null' or return 0;
    print $nft $commands;
    return close $nft;
}

sub run { system @_ }

sub read_file {
    my ($path) = @_;
    open my $in, '<', $path or return '';
    local $/;
    return <$in> // '';
}

# A reader never sees half of it; files of the kernel's, and those keepalived watches, are written in place. The new one is made where nobody
# looks for it: the proxy includes whatever begins like the file it is to become.
sub write_file {
    my ($path, $content) = @_;
    my $target = $path =~ m{^/proc/|/proxy-(?:hung|down)$} ? $path : "$RUN/.watcher-new";
    open my $out, '>', $target or return say_so("$target: $!");
    my $written = print {$out} $content;
    return say_so("$target: $!") if !close($out) || !$written;
    rename $target, $path if $target ne $path;
}

# --- the whole -----------------------------------------------------------------------------------------------------------------------

my ($file, $what) = @ARGV;
die "Usage: watch SETTINGS [clean-up]\n" if !defined $file;
read_settings($file);
if (($what // '') eq 'clean-up') { clean_up(); exit 0 }

listen_to_arp();
write_file("$RUN/proxy-hung", "0\n");
# What an earlier watcher had the proxy leave out is found out anew.
mkdir $OVERRIDES;
reload_proxy() if unlink glob "$OVERRIDES/*";
start_hand_over();
my $before = now();
while (1) {
    my ($reading, $writing) = ('', '');
    for my $check (@checks) {
        begin($check) if !@{ $check->{tries} } && now() >= $check->{due};
        try($check) if next_try_due($check, now());
        vec($_->{connected} ? $reading : $writing, fileno($_->{socket}), 1) = 1 for @{ $check->{tries} };
    }
    vec($reading, fileno($arp), 1) = 1 if defined $arp;
    select $reading, $writing, undef, $TICK;
    my $now = now();
    # When this process had no time, or the whole machine stood still, the others had none either: nobody is blamed for that.
    my $late = $now - $before - $TICK;
    $before = $now;
    for my $check (grep { @{ $_->{tries} } } @checks) {
        $check->{deadline} += $late if $late > 0.1;
        my @tries = @{ $check->{tries} };
        my @happened = grep { vec($_->{connected} ? $reading : $writing, fileno($_->{socket}), 1) } @tries;
        if (@happened) {
            # One that ended the check has closed them all.
            for my $try (@happened) { go_on($check, $try) if @{ $check->{tries} } }
        } elsif ($now >= $check->{deadline}) {
            finish($check, ((grep { $_->{connected} } @tries) ? 'no answer' : 'no answer to a connection') . " within $check->{within} s");
        }
    }
    follow_vrrp();
    hear_arp() if defined $arp && vec($reading, fileno($arp), 1);
    answer_claims() if %claims;
    look_around();
    follow_reload();
    next if $reloading;
    if (defined $reload_again_at && $now >= $reload_again_at) { $reload_again_at = undef; reload_proxy() }
    elsif (defined $apply_at && $now >= $apply_at) { apply_servers() }
}
