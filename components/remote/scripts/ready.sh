# First contact with a host: waits until its first boot is over, makes sure that it can be set up, and prints its public SSH host key.
# Only the key goes to standard output: later connections require it.
# shellcheck shell=sh
set -eu
say() { echo "$(hostname): $*" >&2; }

if command -v cloud-init > /dev/null 2>&1; then
    # Exit status 2 is "done, with something to complain about": no reason to stop here, sshd and sudo work.
    status=0
    timeout 540 cloud-init status --wait > /dev/null 2>&1 || status=$?
    case $status in
        0) ;;
        124) say "cloud-init did not finish within 9 minutes; see /var/log/cloud-init-output.log on the host"; exit 1 ;;
        2) say "cloud-init finished with warnings (cloud-init status --long shows them)" ;;
        *) say "cloud-init failed: $(cloud-init status --long 2>&1 | tr '\n' ' ')"; exit 1 ;;
    esac
fi

missing=""
for command in apt-get systemctl ip bash; do
    command -v "$command" > /dev/null 2>&1 || missing="$missing $command"
done
if [ -n "$missing" ]; then
    say "this host lacks:$missing. Supported are Debian and Ubuntu with systemd."
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
