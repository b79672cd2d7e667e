/** The modules of the watcher, each by itself. */
import assert from "node:assert/strict";
import { itNeeds } from "../../programs";
import { noPerl, perl } from "./run";

describe("the modules of the watcher", () => {
    describe("Settings", () => {
        itNeeds(noPerl, "are words, a check of the proxy, groups and servers", () => {
            assert.equal(
                perl(`use Watch::Settings;
my $s = Watch::Settings->new("# no setting\\n", "\\n", "vip kube_api 10.0.0.9 table_1\\n", "vip six 2001:db8::9 table_2\\n", "vrrp-pid /a\\n", "vrrp-pid /b\\n", "proxy 6441 http 0.25 0.5 2 3\\n", "group g /etc/g\\n",
    "server g 10.0.0.1:6443 http 6442 /10.0.0.1:6443 1 2 3 4\\n", "server g 10.0.0.2:6443 connect 5 6 7 8\\n");
print join(' ', map({ ($_->address->text, $_->table) } $s->vips), $s->pid_files, $s->value('drain') // 'none', @{ $s->proxy }{qw(port protocol every within fall rise)}), "\\n";
print join(' ', map { @$_{qw(name file)} } $s->groups), "\\n";
for my $server ($s->servers) { print join(' ', map { $_ // '-' } @$server{qw(group server kind port path every within fall rise)}), "\\n" }`),
                "10.0.0.9 table_1 2001:db8::9 table_2 /a /b none 6441 http 0.25 0.5 2 3\ng /etc/g\n" +
                    "g 10.0.0.1:6443 http 6442 /10.0.0.1:6443 1 2 3 4\ng 10.0.0.2:6443 connect - - 5 6 7 8\n",
            );
        });
    });

    describe("Check", () => {
        /** Ends of a check one after the other; its changes, and whether it is in doubt after each. */
        const ends = (...texts: string[]): string =>
            perl(`use Watch::Address;
use Watch::Check;
my $check = Watch::Check->new(address => Watch::Address->new('127.0.0.1'), port => 1, every => 1, within => 1, fall => 2, rise => 3,
    ignores => sub { $_[0] eq 'ignored' }, on_change => sub { print $_[0] ? 'healthy ' : "unhealthy: $_[1] " });
for my $end (${texts.map((text) => `'${text}'`).join(", ")}) { $check->finish($end); print $check->in_doubt ? '? ' : '. ' }`);

        itNeeds(noPerl, "counts failures in a row, and good ends in a row", () => {
            assert.equal(ends("a", "", "b", "c"), "? . ? unhealthy: c ? ");
            assert.equal(ends("a", "b", "", "", "c", "", "", ""), "? unhealthy: b ? ? ? ? ? ? healthy . ");
        });
        itNeeds(noPerl, "does not count what says nothing about what is checked", () => {
            assert.equal(ends("a", "ignored", "ignored"), "? ? ? ");
        });
        itNeeds(noPerl, "asks again evenly within its time, as often as is allowed", () => {
            assert.equal(
                perl(`use Watch::Address;
use Watch::Check;
my $check = Watch::Check->new(address => Watch::Address->new('127.0.0.1'), port => 1, within => 3, max_attempts => 3);
$check->{deadline} = 103;
for my $made (0 .. 3) {
    $check->{attempts} = [(1) x $made];
    print join(' ', grep { $check->next_attempt_due($_) } 100 .. 103), ';';
}`),
                ";101 102 103;102 103;;",
            );
        });
    });

    describe("Announcer", () => {
        /** What it does to the kernel, as the proxy's two files and the clock change. */
        const announces = (steps: string): string =>
            perl(`use Watch::Announcer;
use Watch::Settings;
my ($time, $down, $hung) = (100, 0, 0);
BEGIN { no warnings 'redefine';
    *Watch::Announcer::now = sub { $time };
    *Watch::Announcer::report = sub {};
    *Watch::Announcer::read_file = sub { $_[0] =~ /down/ ? "$down\\n" : "$hung\\n" };
    *Watch::Announcement::write_file = sub {};
    *Watch::Announcement::run = sub { print join(' ', @_) =~ /^(ip route \\w+)/ ? "$1 at $time;" : '' } }
my $announcer = Watch::Announcer->new(Watch::Settings->new('vip a 172.30.0.10 t', 'announce 198 250 10'));
$announcer->follow;
${steps}`);

        const RECORD = "198 250\\n172.30.0.10\\n";
        for (const [title, record, steps, output] of [
            ["goes on with what the watcher before it announced", RECORD, "", "ip route replace at 101;"],
            ["withdraws that at once where the proxy is not healthy", RECORD, "$hung = 1; ", "ip route delete at 101;"],
            ["begins again where that were other VIPs", "198 250\\n172.30.0.11\\n", "", ""],
            ["begins again where nothing was announced", "", "", ""],
        ] as const)
            itNeeds(noPerl, title, () => {
                assert.equal(
                    announces(
                        "no warnings 'redefine'; my $flushed = 0; *Watch::Announcement::undo = sub { $flushed++ }; " +
                            `*Watch::Announcement::read_file = sub { "${record}" }; ` +
                            `$announcer = Watch::Announcer->new(Watch::Settings->new('vip a 172.30.0.10 t', ` +
                            `'announce 198 250 10')); $announcer->start; $time = 101; ${steps}$announcer->follow; ` +
                            "print $flushed ? 'flushed' : ''",
                    ),
                    output === "" ? "flushed" : output,
                );
            });

        for (const [jobs, left] of [
            ["'12 ha-api-watcher.service restart running'", "announced"],
            ["''", "announced"],
            ["'12 ha-api-watcher.service stop running'", "withdrawn"],
            ["undef", "withdrawn"],
        ] as const)
            itNeeds(noPerl, `leaves it ${left} at its end where the jobs of systemd are ${jobs}`, () => {
                assert.equal(
                    perl(`use Watch::Announcement;
{ no warnings qw(redefine once);
    *Watch::Announcement::output = sub { ${jobs} };
    *Watch::Announcement::read_file = sub { "198 250\\n172.30.0.10\\n" };
    *Watch::Announcement::run = sub { print "withdrawn;" } }
Watch::Announcement::leave()`),
                    left === "withdrawn" ? "withdrawn;withdrawn;" : "",
                );
            });

        itNeeds(noPerl, "announces a VIP when the proxy was healthy for its time, and puts it back", () => {
            assert.equal(
                announces("for (1 .. 17) { $time++; $announcer->follow }"),
                "ip route replace at 110;ip route replace at 115;",
            );
        });
        itNeeds(noPerl, "withdraws it at once, whether the proxy died or hangs, and waits again", () => {
            const flapping = (what: string): string =>
                announces(
                    `$time = 110; $announcer->follow; $time = 110.05; ${what} = 1; $announcer->follow; ` +
                        `$announcer->follow; $time = 111; ${what} = 0; $announcer->follow; $time = 120.9; ` +
                        "$announcer->follow; $time = 121; $announcer->follow",
                );
            const expected = "ip route replace at 110;ip route delete at 110.05;ip route replace at 121;";
            assert.equal(flapping("$down"), expected);
            assert.equal(flapping("$hung"), expected);
        });
        itNeeds(noPerl, "does nothing where VRRP moves the VIP", () => {
            assert.equal(
                perl(`use Watch::Announcer;
use Watch::Settings;
my $announcer = Watch::Announcer->new(Watch::Settings->new('vip a 172.30.0.10 t'));
$announcer->follow; print $announcer->announced // 'none'`),
                "none",
            );
        });
    });

    describe("ProxyCheck", () => {
        itNeeds(noPerl, "takes a proxy that does not answer for hung, and one that does not run not", () => {
            assert.equal(
                perl(`use Watch::ProxyCheck;
use Watch::Settings;
BEGIN { no warnings 'redefine'; *Watch::ProxyCheck::publish = sub { print "$_[0]{hangs} " } }
my $proxy = Watch::ProxyCheck->new(Watch::Settings->new('proxy 1 banner 1 1 2 2'));
$proxy->count(0, $_) for ('connection refused') x 3, ('no answer within 1 s') x 3;
$proxy->count(1, '') for 1 .. 2;`),
                "1 The proxy hangs: no answer within 1 s. This host gives the VIP up.\n0 The proxy answers again.\n",
            );
        });
    });

    describe("Upstreams", () => {
        itNeeds(noPerl, "takes for an answer whatever is no error of the server's own", () => {
            assert.equal(
                perl(`use Watch::Upstreams;
for my $status (200, 401, 403, 500, 502, 504) { print Watch::Upstreams::verdict("HTTP/1.1 $status x\\r\\n"), ';' }
print defined Watch::Upstreams::verdict('HTTP/1.') ? 'whole' : 'not whole';`),
                ";;;HTTP 500;no connection, or a certificate that the authority did not sign;no answer;not whole",
            );
        });
    });

    describe("Upstream", () => {
        /** After these servers have become unhealthy: what apply changes and reports, and the proxy's file. */
        const applied = (...unhealthy: string[]): string =>
            perl(`use Watch::Upstream;
BEGIN {
    no warnings 'redefine';
    *Watch::Upstream::read_file = sub { $_[0] eq '/etc/g' ? "upstream g {\\n  server a:1;\\n  server b:1;\\n  server a:1 backup;\\n}\\n" : '' };
    *Watch::Upstream::write_file = sub { print "$_[0]: $_[1]" };
}
my $group = Watch::Upstream->new('g', '/etc/g');
$group->set_healthy($_, 0) for qw(${unhealthy.join(" ")});
print join(' ', $group->changes), "\\n";
print $group->apply, "\\n";`);
        itNeeds(noPerl, "ejects an unhealthy server, except as the last resort", () => {
            assert.equal(
                applied("a:1"),
                "1 0\n/run/ha-api/nginx/g.upstream: upstream g {\n  server b:1;\n  server a:1 backup;\n}\n" +
                    "/run/ha-api/nginx/g.map: ~. g;\ng: left out until healthy again: a:1\n2\n",
            );
        });
        itNeeds(noPerl, "ejects none where all are unhealthy", () => {
            assert.equal(applied("a:1", "b:1"), "2 0\ng: no server is healthy; all of them are tried.\n0\n");
        });
        itNeeds(noPerl, "changes nothing where all are healthy", () => {
            assert.equal(applied(), "0 0\n0\n");
        });
    });

    describe("Address", () => {
        itNeeds(noPerl, "knows its family, and how the kernel and its tools want it", () => {
            assert.equal(
                perl(`use Watch::Address;
use Socket qw(sockaddr_family unpack_sockaddr_in6 AF_INET AF_INET6);
for my $text ('10.0.0.9:6443', '[2001:db8::9]:443') {
    my ($address, $port) = Watch::Address->of_endpoint($text);
    my $family = sockaddr_family($address->socket_address($port)) == AF_INET6 ? 6 : 4;
    print join(' ', $address->text, $port, $address->family, $address->bracketed, $address->nft_family, length $address->packed, $family), "\\n";
}`),
                "10.0.0.9 6443 4 10.0.0.9 ip 4 4\n2001:db8::9 443 6 [2001:db8::9] ip6 16 6\n",
            );
        });
    });

    describe("Vip", () => {
        itNeeds(noPerl, "follows what keepalived says, and keeps to it while the folder is gone", () => {
            assert.equal(
                perl(`use Watch::Vip;
our $text = "MASTER\\n";
BEGIN { no warnings 'redefine'; *Watch::Vip::read_file = sub { $main::text } }
$Watch::Paths::PROXY_HUNG = '/dev/null';
my $vip = Watch::Vip->new(qw(kube_api 10.0.0.9 ha_api));
print '<', $vip->vrrp_state, '> ', $vip->reported_state, ' ';
$vip->follow_to($vip->reported_state);
$text = '';
print '<', $vip->reported_state, '> ';
$Watch::Paths::PROXY_HUNG = '/nonexistent';
print $vip->reported_state;`),
                "<> MASTER <> MASTER",
            );
        });
    });

    describe("Switchover", () => {
        /** What is done for a VIP whose states are these, by the time. */
        const steps = (vip: string, states: string): string =>
            perl(`use Watch::Switchover;
use Watch::Settings;
our ($now, $reported) = (100, 'BACKUP');
BEGIN {
    no warnings 'redefine';
    *Watch::Switchover::now = *Watch::Forwarding::now = sub { $main::now };
    *Watch::Vip::reported_state = sub { $main::reported };
    *Watch::Forwarding::nft = sub { print "nft $_[0]"; 1 };
    *Watch::Switchover::run = sub { print "run $_[0]\\n"; 0 };
    *Watch::Switchover::keep_route = sub { print 'keep route ', $_[0]->text, "\\n" };
    *Watch::Switchover::remove_route = sub { print 'remove route ', $_[0]->text, "\\n" };
}
my $settings = Watch::Settings->new('vip kube_api ${vip} ha_api', 'switchover /rules', 'drain 2');
my $switchover = Watch::Switchover->new($settings->vips, $settings);
for my $step (${states}) {
    ($now, $reported) = @$step;
    print "$now $reported\\n";
    $switchover->follow;
}`);
        for (const [vip, family, text] of [
            ["10.0.0.9", "ip", "10.0.0.9"],
            ["2001:db8::9", "ip6", "[2001:db8::9]"],
        ] as const)
            itNeeds(noPerl, `forwards for a moment as a new master of ${vip}, and drains when it is no more`, () => {
                assert.equal(
                    steps(
                        vip,
                        "[100, 'BACKUP'], [101, 'MASTER'], [101.5, 'MASTER'], [102, 'BACKUP'], [103, 'BACKUP'], [104, 'BACKUP']",
                    ),
                    [
                        "100 BACKUP",
                        `nft flush set ${family} ha_api open`,
                        `add element ${family} ha_api open { ${vip} timeout 5s }`,
                        "101 MASTER",
                        `keep route ${vip}`,
                        "101.5 MASTER",
                        `nft flush set ${family} ha_api open`,
                        "102 BACKUP",
                        "103 BACKUP",
                        "104 BACKUP",
                        `run ss --kill --no-header state connected src ${text} > /dev/null 2>&1`,
                        `remove route ${vip}`,
                        `nft flush set ${family} ha_api known`,
                        `nft flush set ${family} ha_api open`,
                        `add element ${family} ha_api open { ${vip} timeout 5s }`,
                        "",
                    ].join("\n"),
                );
            });
    });

    describe("Forwarding", () => {
        itNeeds(noPerl, "loads the rules where they are gone, and tries again later where the kernel has none", () => {
            assert.equal(
                perl(`use Watch::Forwarding;
use Watch::Vip;
our ($now, $there) = (100, 0);
BEGIN {
    no warnings 'redefine';
    *Watch::Forwarding::now = sub { $main::now };
    *Watch::Forwarding::nft = sub { $main::there };
    *Watch::Forwarding::run = sub { print "@_ "; 1 };
}
my $forwarding = Watch::Forwarding->new(Watch::Vip->new(qw(kube_api 10.0.0.9 ha_api)), '/rules');
for (100, 102, 129, 130) { $now = $_; print "$now "; $forwarding->renew($now) }
$there = 1;
for (160, 161, 162) { $now = $_; $forwarding->renew($now); print "$now $forwarding->{renew_at} " }`),
                "100 nft -f /rules 102 129 130 nft -f /rules 160 162 161 162 162 164 ",
            );
        });
    });

    describe("Record", () => {
        /** What is undone of a record with this text. */
        const undone = (record: string): string =>
            perl(`use Watch::Record;
BEGIN {
    no warnings 'redefine';
    *Watch::Record::read_file = sub { "${record}" };
    *Watch::Record::run = sub { print "$_[0]\\n" };
    *Watch::Record::remove_route = sub { print 'remove route ', $_[0]->text, "\\n" };
    *Watch::ArpRules::restore = sub { print join(' ', map { "$_ $_[0]{$_}" } grep { /^arp/ } sort keys %{ $_[0] }), "\\n" };
}
Watch::Record::undo();`);
        const deleted = (...tables: string[]): string =>
            tables.map((table) => `nft delete table ${table} 2> /dev/null\n`).join("");
        itNeeds(noPerl, "is undone for each VIP", () => {
            assert.equal(
                undone("vip 10.0.0.9 one\\nvip 2001:db8::9 two\\ninterface lo\\narp_ignore 0\\n"),
                `${deleted("ip one")}remove route 10.0.0.9\n${deleted("ip6 two")}remove route 2001:db8::9\narp_ignore 0\n`,
            );
        });
        itNeeds(noPerl, "of earlier versions is undone too, and nothing where there is none", () => {
            assert.equal(
                undone("vip 10.0.0.9\\ntable one\\narp_ignore 0\\n"),
                `${deleted("ip one")}remove route 10.0.0.9\narp_ignore 0\n`,
            );
            assert.equal(
                undone("vip 10.0.0.9\\narp_ignore 0\\n"),
                `${deleted("ip ha_api")}remove route 10.0.0.9\narp_ignore 0\n`,
            );
            assert.equal(undone(""), "");
        });
    });

    describe("ArpRules", () => {
        itNeeds(noPerl, "are never made less than they are, and are as they were again", () => {
            assert.equal(
                perl(`use Watch::ArpRules;
BEGIN {
    no warnings 'redefine';
    *Watch::ArpRules::read_file = sub { $_[0] =~ /announce/ ? "2\\n" : "0\\n" };
    *Watch::ArpRules::write_file = sub { print "$_[0] $_[1]" };
}
my $rules = Watch::ArpRules->new('lo');
print $rules->record;
$rules->apply;
Watch::ArpRules::restore({ interface => 'lo', arp_ignore => 0 });`),
                "interface lo\narp_announce 2\narp_ignore 0\n" +
                    "/proc/sys/net/ipv4/conf/lo/arp_ignore 1\n/proc/sys/net/ipv4/conf/lo/arp_ignore 0\n",
            );
        });
    });

    describe("Claims", () => {
        itNeeds(
            noPerl,
            "contradicts a stranger as the master, tells of it now and then, and believes the other hosts",
            () => {
                assert.equal(
                    perl(`use Watch::Claims;
use Watch::Settings;
BEGIN {
    no warnings 'redefine';
    *Watch::LinkSocket::new = sub { bless {}, shift };
    *Watch::Arp::announce = sub { print "announced\\n" };
    *Watch::Claims::read_file = sub { "10.0.0.2 0x1 0x2 0a:00:00:00:00:02 * ens18\\n" };
}
my $settings = Watch::Settings->new('vip kube_api 10.0.0.9 ha_api', 'interface lo', 'others 10.0.0.2');
my ($vip) = $settings->vips;
my $claims = Watch::Claims->new($settings, $vip);
$claims->contradict('0a0000000001', 99);
$vip->follow_to('MASTER');
$claims->contradict(@$_) for ['0a0000000001', 100], ['0a0000000001', 105], ['0a0000000002', 106];`),
                    "announced\n0a:00:00:00:00:01, which is none of the hosts, says that it has 10.0.0.9. " +
                        "This host, which holds it, has announced itself again.\nannounced\n",
                );
            },
        );
    });

    describe("Upkeep", () => {
        itNeeds(noPerl, "does all again for an interface that was made again, once it is there", () => {
            assert.equal(
                perl(`use Watch::Settings;
use Watch::Upkeep;
our $index;
package Told { sub new { bless { name => $_[1] }, $_[0] } sub start { print "$_[0]{name} start " } sub listen_again { print "$_[0]{name} listen " } }
package main;
BEGIN {
    no warnings 'redefine';
    *Watch::Interface::read_file = sub { $main::index };
    *Watch::Upkeep::report = sub { print "reported " };
}
$index = "4\\n";
my $upkeep = Watch::Upkeep->new(Watch::Settings->new('interface br0'), undef, undef, Told->new('switchovers'), Told->new('claims'));
for ("4\\n", '', "7\\n", "7\\n") { $index = $_; $upkeep->follow_interface; print '; ' }`),
                "; ; reported switchovers start claims listen ; ; ",
            );
        });
    });

    describe("Workers", () => {
        itNeeds(noPerl, "are too many where those of earlier configurations are, which is reported once", () => {
            assert.equal(
                perl(`use Watch::Workers;
our $old = 9;
BEGIN {
    no warnings 'redefine';
    *Watch::Workers::titles = sub { ('demo: worker process', 'other: worker process', ('demo: worker process is shutting down') x $main::old) };
}
my $workers = Watch::Workers->new('demo');
print $workers->are_too_many ? 'too many ' : 'few ' for 1 .. 2;
$old = 8;
print $workers->are_too_many ? 'too many ' : 'few ';
print Watch::Workers->new(undef)->are_too_many ? 'too many' : 'few';`),
                "9 workers of earlier configurations still have connections: recovered servers wait for them.\n" +
                    "too many too many few few",
            );
        });
    });

    describe("Attempt", () => {
        itNeeds(noPerl, "ends with what is wrong, with nothing where all is healthy, or not yet", () => {
            assert.equal(
                perl(`use Watch::Attempt;
use Socket qw(AF_INET SOCK_STREAM SOMAXCONN inet_aton pack_sockaddr_in);
socket(my $server, AF_INET, SOCK_STREAM, 0); bind($server, pack_sockaddr_in(0, inet_aton('127.0.0.1'))); listen($server, SOMAXCONN);
my $to = getsockname $server;
sub ended { my ($attempt) = @_;
    my $wrong = $attempt->start;
    for (1 .. 50) { last if defined $wrong; select undef, undef, undef, 0.01; $wrong = $attempt->go_on }
    return $wrong }
print '<', ended(Watch::Attempt->new($to, undef, undef)), '> ';
my $asking = Watch::Attempt->new($to, 'hello', sub { $_[0] =~ /bad/ ? 'bad answer' : undef });
$asking->start; select undef, undef, undef, 0.05; $asking->go_on;
accept(my $first, $server); accept(my $client, $server); syswrite $client, 'bad';
print '<', $asking->go_on, '> ';
$asking->give_up; close $server;
print '<', ended(Watch::Attempt->new($to, undef, undef)), '>';`),
                "<> <bad answer> <connection refused>",
            );
        });
    });

    describe("System", () => {
        itNeeds(noPerl, "reads what is not there as an empty text, and has a clock that goes on", () => {
            assert.equal(
                perl(
                    "use Watch::System qw(now read_file);\nmy $then = now(); print read_file('/nonexistent'), now() >= $then ? 'so' : 'no'",
                ),
                "so",
            );
        });
    });
});
