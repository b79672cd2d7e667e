#!/bin/bash
# Gives the VIP up while the proxy still serves, so that no request is lost. A host that does not hold it has nothing to
# give. Where all hosts announce the VIP by BGP, this one withdraws it, and drains.
#   switchover             and stands for election again. Refused where no other host seems able to take the VIP.
#   switchover --vip NAME  the same of one of several VIPs; the others stay
#   switchover --stay      and keeps away until the proxy is started, or until:
#   switchover --return    may hold it again
set -euo pipefail
. prelude
. lib/environment.sh
. lib/log.sh
. lib/addresses.sh

# What keepalived watches, and the VRRP instance that follows it alone; empty: all do.
flag=$RUN/proxy-down instance=""

setting() { sed -n "s/^$1 //p" "$WATCHER_CONF" 2> /dev/null || true; }
vips() { setting vip | awk '{ print $2 }'; }
# The kernel's table of what is announced; empty with VRRP.
table=$(setting announce | awk '{ print $1 }')

# Any of the VIPs that are to move.
holds() {
    local vip
    if [[ -n $table ]]; then
        for vip in $(vips); do if is_announced "$vip" "$table"; then return 0; fi; done
        return 1
    fi
    is_master
}
is_master() {
    local states=("$VRRP_STATES"/*)
    if [[ -n $instance ]]; then states=("$VRRP_STATES/$instance"); fi
    grep -qsx MASTER "${states[@]}" && systemctl is-active --quiet "$(setting vrrp)"
}
# Whether keepalived hears of what the proxy does.
follows() { [[ -n $instance || -n $(setting proxy) ]]; }
# In this time another host takes the VIP, the neighbours learn of it, and requests under way end.
linger() {
    local seconds
    seconds=$(setting linger)
    sleep "${seconds:-0.5}"
}

# shellcheck disable=SC2016
another_serves() {
    local peers peer
    IFS=, read -ra peers <<< "$(setting peers)"
    # Where the proxies listen on the VIP only there is no address to ask.
    ((${#peers[@]} > 0)) || return 0
    for peer in "${peers[@]}"; do
        timeout 1 bash -c 'exec 3<> "/dev/tcp/$0/$1"' "$(address_of "$peer")" "$(port_of "$peer")" 2> /dev/null \
            && return 0
    done
    return 1
}

give_up() {
    local deadline=$((SECONDS + 3)) held=""
    if ! follows; then
        say "$(setting vrrp) takes no notice of this (vrrp.trackProxy is false)"
    elif holds; then held=yes; fi
    echo 1 > "$flag"
    [[ -n $held ]] || return 0
    while holds && ((SECONDS < deadline)); do sleep 0.02; done
    if [[ -n $table ]]; then drain; else linger; fi
}

# The watcher has withdrawn the VIPs; where it could not, this does. Connections that are left when the routers know are
# reset, so that clients reconnect.
drain() {
    local vip
    for vip in $(vips); do ip "-$(family_of "$vip")" route flush table "$table" "$vip" 2> /dev/null || true; done
    linger
    for vip in $(vips); do
        ss --kill --no-header state connected src "$(bracketed "$vip")" > /dev/null 2>&1 || true
    done
}

come_back() {
    local service
    service=$(setting service)
    if [[ -n $instance || -z $service ]] || systemctl is-active --quiet "$service"; then echo 0 > "$flag"; fi
}

give_up_and_stand_again() {
    holds || {
        say "does not hold the VIP"
        exit 0
    }
    another_serves || {
        say "no other host takes connections ($(setting peers)), so the VIP stays here"
        exit 1
    }
    follows || {
        say "$(setting vrrp) takes no notice of the proxy (vrrp.trackProxy is false), so the VIP stays here;" \
            "stop $(setting vrrp) instead"
        exit 1
    }
    # However this ends, the host must not keep away for good.
    trap come_back EXIT
    trap 'exit 130' INT TERM HUP
    give_up
    # Another host needs a moment to be the master for good: with preempt this one takes the VIP back now.
    [[ -n $table ]] || linger
}

choose_vip() { # NAME
    local known
    instance=${1//-/_} flag=$LEAVING/${1//-/_}
    [[ -n $1 && -e $flag ]] && return 0
    known=$(setting vip | awk '!seen[$1]++ { gsub("_", "-", $1); print $1 }' | xargs)
    say "there is no VIP ${1@Q} that moves by itself here; there are: ${known:-none}." \
        "Without --vip all that this host holds move"
    exit 64
}

[[ -e $RUN/proxy-down ]] || exit 0
case ${1:-} in
    "") give_up_and_stand_again ;;
    --vip)
        choose_vip "${2:-}"
        give_up_and_stand_again
        ;;
    --stay) give_up ;;
    --return) come_back ;;
    *)
        echo "Usage: switchover [--vip NAME | --stay | --return]" >&2
        exit 64
        ;;
esac
