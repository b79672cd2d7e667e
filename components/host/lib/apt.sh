# shellcheck shell=bash
# Functions of the programs that install, upgrade or remove packages. They write what apt says to the file named by
# `log`.
readonly POLICY=/usr/sbin/policy-rc.d
# Where apt keeps which packages came for others.
extended_states=/var/lib/apt/extended_states
# How long another program, such as the daily upgrade, may be busy with packages before a step gives up; and a download
# on its own.
readonly LOCK_SECONDS=300 LOCK_PAUSE=5 DOWNLOAD_SECONDS=900
readonly APT_OPTIONS=(-q -y -o "DPkg::Lock::Timeout=$LOCK_SECONDS" -o Dpkg::Use-Pty=0 -o APT::Get::AutomaticRemove=false
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold)

# needrestart would restart the daemons whose libraries were replaced, on all hosts at once, whatever policy-rc.d says.
# The configuration step restarts them, one host after the other. Versions before 3.6 do not know the first, and then
# only list.
export NEEDRESTART_SUSPEND=1 NEEDRESTART_MODE=l

# Only an installation is told how long to wait for dpkg's lock; the locks of the package lists and of the archive are
# not waited for at all.
when_free() { # COMMAND: runs again while another program holds a lock; fails with the last output of the command
    local deadline=$((SECONDS + LOCK_SECONDS)) told=""
    local busy='Could not get lock|lock was locked by another process|is another process using it'
    until "$@" > "$log" 2>&1; do
        if ! grep -qE "$busy" "$log" || ((SECONDS >= deadline)); then
            tail -n 20 "$log" >&2 || true
            return 1
        fi
        if [[ -z $told ]]; then
            say "another program is busy with packages; waiting up to $LOCK_SECONDS s for it"
            told=yes
        fi
        sleep "$LOCK_PAUSE"
    done
}

apt_get() { # update | install ...
    if [[ $1 == update ]]; then
        when_free timeout "$DOWNLOAD_SECONDS" apt-get "${APT_OPTIONS[@]}" update
        return
    fi
    finish_interrupted
    # Only the download has an end of its own: a dpkg that is cut off has to be put right before anybody can install
    # anything again.
    when_free timeout "$DOWNLOAD_SECONDS" apt-get "${APT_OPTIONS[@]}" "$@" --download-only || return 1
    when_free apt-get "${APT_OPTIONS[@]}" "$@"
}

# What a cut-off dpkg left half done, as by a power loss, keeps apt from doing anything until it is finished.
finish_interrupted() {
    if ! compgen -G "/var/lib/dpkg/updates/*" > /dev/null && [[ -z $(dpkg --audit 2> /dev/null) ]]; then return 0; fi
    say "finishes what an interrupted dpkg left"
    when_free dpkg --force-confdef --force-confold --configure --pending \
        || say "dpkg could not finish; apt will say why"
}

is_installed() { [[ $(dpkg-query --show --showformat '${db:Status-Status}' "$1" 2> /dev/null) == installed ]]; }

installed() {
    dpkg-query --show --showformat '${Package} ${db:Status-Status}\n' | awk '$2 == "installed" {print $1}' | sort -u
}

# Packages that are there because they were asked for, and not for others: what `apt-mark showmanual` prints, which
# reads all lists of apt for it.
asked_for() {
    comm -23 <(installed) <(
        awk '$1 == "Package:" { name = $2 } $1 == "Auto-Installed:" && $2 == 1 { print name }' "$extended_states" \
            2> /dev/null | sort -u
    )
}

# The version that a machine without any package would get; nothing where the sources have none.
candidate() { # PACKAGE
    apt-cache -o Dir::State::status=/dev/null policy "$1" | sed -n 's/^ *Candidate: *\([^(]\)/\1/p'
}

# Services start when they are configured, not when they are unpacked: the package's own default site would listen to
# everybody. Somebody else's policy stays; one of ours was left by a run that was killed.
hold_services() {
    if [[ ! -e $POLICY ]] || grep -q ha-api "$POLICY"; then
        printf '#!/bin/sh\n# ha-api: only while packages are installed\nexit 101\n' > "$POLICY"
        chmod 0755 "$POLICY"
        held=yes
    fi
}

release_services() { if [[ -n ${held:-} ]]; then
    rm -f "$POLICY"
    held=""
fi; }
