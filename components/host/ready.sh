# First contact with a host: waits until its first boot is over, makes sure that it can be set up, and prints its public
# SSH host key. Only the key goes to standard output: later connections require it.
# shellcheck shell=sh
set -eu
. lib/log.sh

# What cloud-init complains of, each thing once. Not that a setting is called otherwise by now: Proxmox VE itself writes
# those (`user`), so that Debian 13 says so after each first boot, and nothing here could fix it.
cloud_init_complaints() {
    cloud-init status --long 2> /dev/null | awk '
        /^[A-Za-z_]+:/ { level = $1 }
        /^[ \t]+- / && level != "DEPRECATED:" && !seen[$0]++ {
            sub(/^[ \t]+- /, ""); text = text separator $0; separator = "; "
        }
        level == "DEPRECATED:" { deprecated = 1 }
        END { if (text != "") print text; else if (!deprecated) print "see cloud-init status --long" }'
}

if command -v cloud-init > /dev/null 2>&1; then
    # Exit status 2 is "done, with something to complain about": no reason to stop here, sshd and sudo work.
    status=0
    timeout 540 cloud-init status --wait > /dev/null 2>&1 || status=$?
    case $status in
        0) ;;
        124)
            say "cloud-init did not finish within 9 minutes; see /var/log/cloud-init-output.log on the host"
            exit 1
            ;;
        2)
            complaints=$(cloud_init_complaints)
            [ -z "$complaints" ] || say "cloud-init finished with warnings: $complaints"
            ;;
        *)
            say "cloud-init failed: $(cloud-init status --long 2>&1 | tr '\n' ' ')"
            exit 1
            ;;
    esac
fi

# What the programs of the steps and the watcher run. All but the first two are of packages that Debian calls
# essential: only an image that was stripped by hand lacks them.
missing=""
while read -r package commands; do
    for command in $commands; do
        command -v "$command" > /dev/null 2>&1 || missing="$missing, $command (package $package)"
    done
done << 'END'
iproute2 ip ss
systemd systemctl journalctl systemd-tmpfiles
apt apt-get apt-cache apt-mark
bash bash
dpkg dpkg-query dpkg-deb
perl-base perl
util-linux flock chrt
mawk awk
coreutils timeout base64 sha256sum install
diffutils cmp
findutils find xargs
grep grep
hostname hostname
libc-bin getent
sed sed
END
if [ -n "$missing" ]; then
    say "this host lacks${missing#,}. Install them; supported are Debian and Ubuntu with systemd." \
        "Nothing was changed."
    exit 1
fi
if [ ! -d /run/systemd/system ]; then
    say "systemd does not run on this host: it is the container of another program, or has another init." \
        "Supported are Debian and Ubuntu with systemd. Nothing was changed."
    exit 1
fi

for algorithm in ed25519 ecdsa rsa; do
    key=/etc/ssh/ssh_host_${algorithm}_key.pub
    if [ -r "$key" ]; then
        awk '{print $1, $2; exit}' "$key"
        exit 0
    fi
done
say "no SSH host key found in /etc/ssh"
exit 1
