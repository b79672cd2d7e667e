/** The parts of the inspect program, each by itself. */
import assert from "node:assert/strict";
import { shell, shellOutcome } from "./run";

/** What main.sh has for its parts. */
const MAIN = `. lib/log.sh
. lib/mask.sh
. lib/addresses.sh
readonly PATIENCE=0.2 JOURNAL_LINES=5 AT_ONCE=2 VRRP_STATES=$folder/vrrp
fact() { printf '%s\\n' "$*"; }
encode() { base64 -w0; }
. inspect/options.sh
. inspect/later.sh
. inspect/connections.sh
. inspect/services.sh
. inspect/vips.sh
. inspect/announcements.sh
. inspect/host.sh
. inspect/firewalls.sh
set +e
`;
const inspect = (script: string): string => shell(`${MAIN}${script}`);

describe("the parts of the inspect program", () => {
    describe("options", () => {
        it("that may be given several times are lists, in their order", () => {
            assert.equal(
                inspect(
                    "read_options --address 10.0.0.1 --vip a=10.0.0.9 --vip b=10.0.0.8 --server 10.0.0.2:6443\n" +
                        'echo "$address ${vips[*]} ${servers[*]} ${#listeners[@]}"',
                ),
                "10.0.0.1 a=10.0.0.9 b=10.0.0.8 10.0.0.2:6443 0\n",
            );
        });
        it("that are not known end the program", () => {
            assert.deepEqual(shellOutcome(`${MAIN}read_options --colour blue`), {
                status: 64,
                output: "host: inspect does not know --colour\n",
            });
        });
    });

    it("what runs beside the rest is printed in order, whichever ends first", () => {
        assert.equal(
            inspect('later sh -c "sleep 0.2; echo first"; later echo second; echo now; print_what_ran_beside'),
            "now\nfirst\nsecond\n",
        );
    });

    it("what is announced, and who hears it, are facts as BIRD words them", () => {
        assert.equal(
            inspect(`ip() { [[ "$*" == "-4 route show table 198 172.30.0.10" ]] && echo unreachable; }
birdc() { case $* in
    "-r show protocols") printf '%s\\n' "BIRD 2.0.12 ready." "Access restricted" "Name Proto Table State Since Info" \\
        "kernel4    Kernel     announced4 up     01:19:51.775  " "router1 BGP --- up 01:19:52.717 Established   " \\
        "router2 BGP --- start 2026-11-27 Active        Socket: Connection closed" "router3 BGP --- down 10:00:00.000" ;;
    "-r show bfd sessions") printf '%s\\n' "BIRD 2.0.12 ready." "bfd1:" "IP address Interface State Since Interval Timeout" \\
        "10.30.100.1 ens18 Up 01:19:52.527 0.100 0.300" "2001:db8::1 ens18 Down 01:19:52.527 1.000 0.000" ;;
esac; }
read_options --vip a=172.30.0.10 --vip a=2001:db8:40::10 --announced-table 198; tell_announcements`),
            "announced 172.30.0.10\nbgp router1 Established\nbgp router2 Active\nbgp router3 down\n" +
                "bfd 10.30.100.1 Up\nbfd 2001:db8::1 Down\n",
        );
    });

    describe("connections", () => {
        it("that take too long failed, those that are refused say so", () => {
            assert.equal(
                inspect("timeout() { return 124; }; connect server 10.0.0.2:6443 || true"),
                "server 10.0.0.2:6443 failed no answer within 0.2 s\n",
            );
            assert.equal(
                inspect(
                    "timeout() { echo 'bash: connect: Connection refused'; return 1; }; connect server [::1]:1 || true",
                ),
                "server [::1]:1 failed Connection refused\n",
            );
        });
        it("go to the address without brackets, and its port", () => {
            assert.equal(
                inspect('timeout() { printf "%s " "${@:5}"; return 1; }; connect server [2001:db8::1]:6443 || true'),
                "server [2001:db8::1]:6443 failed 2001:db8::1 6443 \n",
            );
        });
        it("by TLS say the status and the server's own certificate", () => {
            const text =
                "CONNECTED(3)\\n-----BEGIN CERTIFICATE-----\\nYWJj\\n-----END CERTIFICATE-----\\nHTTP/1.0 401 Unauthorized\\n";
            assert.equal(
                inspect(`readyz_by_openssl() { printf '${text}'; }; openssl() { :; }; probe server 10.0.0.2:6443`),
                "server 10.0.0.2:6443 connected\nhttp 10.0.0.2:6443 401\ncertificate 10.0.0.2:6443 " +
                    `${Buffer.from("-----BEGIN CERTIFICATE-----\nYWJj\n-----END CERTIFICATE-----\n").toString("base64")}\n`,
            );
        });
    });

    describe("VIPs", () => {
        const VIPS = `vips=(one=10.0.0.9 six=2001:db8::9); mkdir "$VRRP_STATES"; echo BACKUP > "$VRRP_STATES/six"\n`;
        it("are each reported by their address and instance, with the state that keepalived reported", () => {
            assert.match(
                inspect(`${VIPS}ip() { :; }; tell_vips`),
                /^vip 10\.0\.0\.9 one\nvip 2001:db8::9 six\nvrrp-state 2001:db8::9 \d+\.\d{3} BACKUP\n$/,
            );
        });
        it("are looked for in their own family", () => {
            assert.equal(
                inspect(`${VIPS}ip() { echo "ip $*" >&2; }; tell_vips > /dev/null; tell_neighbours`),
                "ip -o -4 address show to 10.0.0.9/32\nip -o -6 address show to 2001:db8::9/128\n" +
                    "ip -4 neigh show to 10.0.0.9\nip -6 neigh show to 2001:db8::9\n",
            );
        });
        it("have the priority and the router id of their instance", () => {
            assert.equal(
                inspect(
                    'vrrp_configuration=$folder/conf; printf "%s\\n" "vrrp_instance one {" " priority 7" "}" ' +
                        '"vrrp_instance two {" " virtual_router_id 9" "}" > "$vrrp_configuration"; tell_vips',
                ),
                "priority one 7\nvirtual_router_id two 9\n",
            );
        });
    });

    describe("services", () => {
        it("are reported with when they began, in the time of day", () => {
            assert.match(
                inspect(
                    "services=(demo); systemctl() { printf '%s\\n' LoadState=loaded ActiveState=active " +
                        "SubState=running NRestarts=2 ActiveEnterTimestampMonotonic=1000000 MainPID=0; }; tell_services",
                ),
                /^service demo loaded active running 2 \d{9,}\.\d{3}\n$/,
            );
        });
        it("have the versions of the packages that are installed", () => {
            assert.equal(
                inspect(
                    "packages=(a b); dpkg-query() { echo 'installed package a 1'; echo 'config-files package b 2'; }\n" +
                        "tell_packages; packages=(); tell_packages",
                ),
                "package a 1\n",
            );
        });
        it("have a journal where a time is given, and say why where there is none", () => {
            assert.equal(
                inspect(
                    "services=(demo); journalctl() { echo '{}'; echo '{}'; }; tell_journal; since=@1; tell_journal\n" +
                        "journalctl() { echo no; return 1; }; tell_journal",
                ),
                "journal {}\njournal {}\njournal-failed no\n",
            );
        });
    });

    describe("the host", () => {
        it("has a default route, never had one, or has lost it", () => {
            assert.equal(
                inspect(
                    'address=10.0.0.1; ip() { echo "via ${1}"; }; tell_default_route; ip() { :; }; tell_default_route\n' +
                        'touch "$STATE/default-route"; tell_default_route',
                ),
                "default-route there\ndefault-route gone\n",
            );
        });
        it("reports its files by checksum and permissions, and which are missing; no secret is in the checksum", () => {
            const checksum = "$(printf '  auth_pass ********\\n' | sha256sum | cut -d' ' -f1)";
            assert.equal(
                inspect(
                    'echo "  auth_pass secret" > "$folder/a"; chmod 0640 "$folder/a"\n' +
                        'printf "%s\\n" "$folder/a" "$folder/b" > "$STATE/managed"\n' +
                        `tell_files | sed "s#$folder##; s/${checksum}/SUM/"`,
                ),
                "managed\nfile 640 SUM /a\nmissing /b\n",
            );
        });
    });

    describe("firewalls", () => {
        const NFT = `nft() { case $* in
"list chains") cat << END
table ip ha_api_kube_api {
\tchain prerouting {
\t\ttype filter hook prerouting priority raw; policy accept;
\t}
}
table inet filter {
\tchain incoming {
\t\ttype filter hook input priority filter; policy accept;
\t}
\tchain outgoing {
\t\ttype filter hook output priority filter; policy drop;
\t}
}
table ip filter {
\tchain INPUT {
\t\ttype filter hook input priority filter; policy drop;
\t}
}
table ip open {
\tchain in {
\t\ttype filter hook input priority filter; policy accept;
\t}
}
END
;;
"list chain inet filter incoming") echo "tcp dport 22 accept"; echo "  counter packets 1 bytes 2 drop" ;;
"list chain ip filter INPUT") echo "policy drop;" ;;
"list chain ip open in") echo 'tcp dport 22 accept comment "dropbear"' ;;
esac; }
systemctl() { return 1; }
`;
        it("are those tables of nftables that drop or reject input, and are not the load balancer's", () => {
            assert.equal(
                inspect(`${NFT}tell_firewalls`),
                "firewall nftables, table inet filter\nfirewall nftables, table ip filter\n",
            );
        });
        it("are seen in a table with many more rules after the one that says so", () => {
            const many = NFT.replace('echo "policy drop;"', 'echo "policy drop;"; seq 100000');
            assert.match(inspect(`set -o pipefail\n${many}tell_firewalls`), /table ip filter/);
        });
        it("are called by the service that keeps them, where there is one", () => {
            assert.equal(
                inspect(`${NFT}systemctl() { [[ $3 == firewalld ]]; }; tell_firewalls`),
                "firewall firewalld\n",
            );
            assert.equal(inspect(`${NFT}grep() { [[ $* == *ufw* ]]; }; tell_firewalls`), "firewall ufw\n");
        });
    });
});
