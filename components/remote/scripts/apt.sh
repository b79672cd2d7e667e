# Functions of the programs that install or upgrade packages. They write what apt says to the file named by `log`.
# shellcheck shell=bash disable=SC2154
readonly POLICY=/usr/sbin/policy-rc.d

apt_get() { timeout 900 apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@" > "$log" 2>&1 || { tail -n 20 "$log" >&2; return 1; }; }

is_installed() { [[ $(dpkg-query --show --showformat '${db:Status-Status}' "$1" 2> /dev/null) == installed ]]; }

# Services start when they are configured, not when they are unpacked: the package's own default site would listen to everybody.
# Somebody else's policy stays; one of ours was left by a run that was killed.
hold_services() {
    if [[ ! -e $POLICY ]] || grep -q ha-api "$POLICY"; then
        printf '#!/bin/sh\n# ha-api: only while packages are installed\nexit 101\n' > "$POLICY"
        chmod 0755 "$POLICY"
        held=yes
    fi
}

release_services() { [[ -z ${held:-} ]] || rm -f "$POLICY"; }
