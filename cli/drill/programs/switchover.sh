# shellcheck shell=bash
# Gives the VIP up to another host and comes back when that is done. The program for it, or where a host has none: as if
# the proxy were down, for as long as it takes to lose the VIP.
program=/usr/local/libexec/ha-api/switchover flag=/run/ha-api/proxy-down states=/run/ha-api/vrrp
if [[ -x $program ]]; then exec "$program"; fi
systemd-run --quiet --collect --unit ha-api-drill-revert --on-active=20s --timer-property=AccuracySec=50ms \
    /bin/bash -c "echo 0 > $flag" || exit 1
trap 'echo 0 > "$flag"; systemctl stop ha-api-drill-revert.timer' EXIT
echo 1 > "$flag"
for ((tries = 0; tries < 100; tries++)); do
    if ! grep -qsx MASTER "$states"/*; then exit 0; fi
    sleep 0.1
done
echo "$(hostname): still MASTER after 10 s" >&2
exit 1
