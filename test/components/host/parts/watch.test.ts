/** The modules of the watcher, each by itself. */
import assert from "node:assert/strict";
import { itNeeds } from "../../programs";
import { noPerl, perl } from "./run";

describe("the modules of the watcher", () => {
    describe("Settings", () => {
        itNeeds(noPerl, "are words, a check of the proxy, groups and servers", () => {
            assert.equal(
                perl(`use Watch::Settings;
my $s = Watch::Settings->new("# no setting\\n", "\\n", "vip kube_api 10.0.0.9 table_1\\n", "proxy 6441 http 0.25 0.5 2 3\\n", "group g /etc/g\\n",
    "server g 10.0.0.1:6443 http 6442 /10.0.0.1:6443 1 2 3 4\\n", "server g 10.0.0.2:6443 connect 5 6 7 8\\n");
print join(' ', @{ $s->vip }{qw(instance address table)}, $s->value('drain') // 'none', @{ $s->proxy }{qw(port protocol every within fall rise)}), "\\n";
print join(' ', map { @$_{qw(name file)} } $s->groups), "\\n";
for my $server ($s->servers) { print join(' ', map { $_ // '-' } @$server{qw(group server kind port path every within fall rise)}), "\\n" }`),
                "kube_api 10.0.0.9 table_1 none 6441 http 0.25 0.5 2 3\ng /etc/g\n" +
                    "g 10.0.0.1:6443 http 6442 /10.0.0.1:6443 1 2 3 4\ng 10.0.0.2:6443 connect - - 5 6 7 8\n",
            );
        });
    });

    describe("Check", () => {
        /** Ends of a check one after the other; its changes, and whether it is in doubt after each. */
        const ends = (...texts: string[]): string =>
            perl(`use Watch::Check;
my $check = Watch::Check->new(address => '127.0.0.1', port => 1, every => 1, within => 1, fall => 2, rise => 3,
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
                perl(`use Watch::Check;
my $check = Watch::Check->new(address => '127.0.0.1', port => 1, within => 3, max_attempts => 3);
$check->{deadline} = 103;
for my $made (0 .. 3) {
    $check->{attempts} = [(1) x $made];
    print join(' ', grep { $check->next_attempt_due($_) } 100 .. 103), ';';
}`),
                ";101 102 103;102 103;;",
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
for my $status (200, 401, 403, 500, 502, 504) { print Watch::Upstreams::judge("HTTP/1.1 $status x\\r\\n"), ';' }
print defined Watch::Upstreams::judge('HTTP/1.') ? 'whole' : 'not whole';`),
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
        itNeeds(noPerl, "leaves an unhealthy server out, but for the last resort", () => {
            assert.equal(
                applied("a:1"),
                "1 0\n/run/ha-api/nginx/g.upstream: upstream g {\n  server b:1;\n  server a:1 backup;\n}\n" +
                    "/run/ha-api/nginx/g.map: ~. g;\ng: left out until healthy again: a:1\n2\n",
            );
        });
        itNeeds(noPerl, "leaves none out where all are unhealthy", () => {
            assert.equal(applied("a:1", "b:1"), "2 0\ng: no server is healthy; all of them are tried.\n0\n");
        });
        itNeeds(noPerl, "changes nothing where all are healthy", () => {
            assert.equal(applied(), "0 0\n0\n");
        });
    });

    describe("Switchover", () => {
        itNeeds(
            noPerl,
            "forwards for a moment after the host has become master, and drains after it is no more",
            () => {
                assert.equal(
                    perl(`use Watch::Switchover;
use Watch::Settings;
our ($now, $output) = (100, 'BACKUP');
BEGIN {
    no warnings 'redefine';
    *Watch::Switchover::now = sub { $main::now };
    *Watch::Switchover::reported_state = sub { $main::output };
    *Watch::Switchover::nft = sub { print "nft $_[0]"; 1 };
    *Watch::Switchover::run = sub { print "run $_[0]\\n"; 0 };
    *Watch::Switchover::keep_route = sub { print "keep route\\n" };
    *Watch::Switchover::remove_route = sub { print "remove route\\n" };
}
my $switchover = Watch::Switchover->new(Watch::Settings->new('vip kube_api 10.0.0.9 ha_api', 'interface lo', 'switchover /rules', 'drain 2'));
for my $step ([100, 'BACKUP'], [101, 'MASTER'], [101.5, 'MASTER'], [102, 'BACKUP'], [103, 'BACKUP'], [104, 'BACKUP']) {
    ($now, $output) = @$step;
    print "$now $output\\n";
    $switchover->follow;
}`),
                    [
                        "100 BACKUP",
                        "nft flush set ip ha_api open",
                        "add element ip ha_api open { 10.0.0.9 timeout 5s }",
                        "101 MASTER",
                        "keep route",
                        "101.5 MASTER",
                        "nft flush set ip ha_api open",
                        "102 BACKUP",
                        "103 BACKUP",
                        "104 BACKUP",
                        "run ss --kill --no-header state connected src 10.0.0.9 > /dev/null 2>&1",
                        "remove route",
                        "nft flush set ip ha_api known",
                        "nft flush set ip ha_api open",
                        "add element ip ha_api open { 10.0.0.9 timeout 5s }",
                        "",
                    ].join("\n"),
                );
            },
        );
    });

    describe("Claims", () => {
        itNeeds(
            noPerl,
            "contradicts a stranger as the master, tells of it now and then, and believes the other hosts",
            () => {
                assert.equal(
                    perl(`use Watch::Claims;
use Watch::Settings;
package Announcer { sub new { bless {}, shift } sub announce { print "announced\\n" } }
package Master { sub vrrp_state { 'MASTER' } }
package main;
BEGIN {
    no warnings 'redefine';
    *Watch::ArpSocket::new = sub { bless {}, 'Announcer' };
    *Watch::Claims::read_file = sub { "10.0.0.2 0x1 0x2 0a:00:00:00:00:02 * ens18\\n" };
}
my $claims = Watch::Claims->new(Watch::Settings->new('vip kube_api 10.0.0.9 ha_api', 'interface lo', 'others 10.0.0.2'), bless {}, 'Master');
$claims->contradict(@$_) for ['0a0000000001', 100], ['0a0000000001', 105], ['0a0000000002', 106];`),
                    "announced\n0a:00:00:00:00:01, which is none of the hosts, says that it has 10.0.0.9. " +
                        "This host, which holds it, has announced itself again.\nannounced\n",
                );
            },
        );
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
