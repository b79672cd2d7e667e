#!/bin/bash
# Brings this host to the state described by the manifest on standard input: stage the files, check them with the daemons' own checkers,
# swap them in, reload what changed, wait until it serves. When anything fails the host goes back to its last good configuration.
# Running it again changes nothing.
#
# The manifest (components/render/host.ts writes it) is a list of blocks, each begun by a line with four equals signs:
#   ==== host ADDRESS [INTERFACE]     first
#   ==== file PATH MODE               followed by the file's lines
#   ==== credential PATH NAME         a file only root may read, with what the credentials step left under that name
#   ==== log PATH                     a log file of ours, to be removed with us
#   ==== upgrade WORD PACKAGE ...     packages to upgrade, once for each word
#   ==== service NAME                 followed by: process NAME, check COMMAND, reload-after PATH, restart-after PATH, port PROTOCOL PORT ADDRESS (listens there),
#                                     ready-answer ADDRESS PORT banner|http TEXT, ready-vrrp VIP, running-flag PATH (holds 0 while the service runs)
#   ==== end                          last: a manifest without it was cut off and is refused
set -euo pipefail
export LC_ALL=C PATH=/usr/local/libexec/ha-api:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

readonly STATE=/var/lib/ha-api RUN=/run/ha-api
readonly READY_SECONDS=20 RELOAD_SECONDS=3
readonly SYSCTL=/etc/sysctl.d/60-ha-api.conf SYSCTL_KEY=net.ipv4.ip_nonlocal_bind

say() { echo "$(hostname): $*" >&2 || true; }
refuse() { say "$*"; exit 1; }
# shellcheck disable=SC1091
. services

# --- reading -------------------------------------------------------------------------------------------------------------------------

declare -a files=() services=() changed=() started=() found=() restarted=() touched=() retired=() logs=() used=() upgrade=()
declare -A mode_of=() rules_of=()
interface="" network_file=""
# Why the configuration before is put back when the run ends now; empty when there is no need.
swapping=""

read_manifest() {
    local line keyword first second rest file="" service="" ended=""
    while IFS= read -r line; do
        if [[ $line == "==== "* ]]; then
            read -r _ keyword first second rest <<<"$line"
            file="" service=""
            case $keyword in
                host) find_interface "$first" "$second" ;;
                file) file=$(fill "$first"); begin_file "$file" "$second" ;;
                credential) begin_file "$first" 0600; used+=("$second"); credential "$second" > "$work/staged$first" ;;
                log) logs+=("$first") ;;
                upgrade) read -ra upgrade <<<"$first $second $rest" ;;
                service) service=$first; services+=("$first"); rules_of[$first]="" ;;
                end) ended=yes ;;
                *) refuse "the manifest has an unknown block: $line" ;;
            esac
        elif [[ -n $service ]]; then rules_of[$service]+="$line"$'\n'
        elif [[ -n $file && $file != *@* ]]; then fill "$line" >> "$work/staged$file"
        fi
    done
    [[ -n $ended ]] || refuse "the manifest was cut off; nothing was changed. Run again."
}

find_interface() { # ADDRESS [INTERFACE]
    interface=${2:-$(ip -o -4 address show to "$1/32" | awk '{print $2; exit}')}
    [[ -n $interface ]] || refuse "no interface has the address $1; it has: $(ip -o -4 address show scope global | awk '{printf "%s %s  ", $2, $4}')"
    ip link show dev "$interface" > /dev/null 2>&1 || refuse "there is no interface $interface; there are: $(ip -o link show | awk -F': ' '{printf "%s ", $2}')"
    if systemctl is-active --quiet systemd-networkd; then
        network_file=$(networkctl --no-pager status "$interface" 2> /dev/null | sed -n 's/^ *Network File: *//p')
        [[ $network_file == /* ]] && network_file=$(basename "$network_file") || network_file=""
    fi
}

# Placeholders are filled in; a path that still has one belongs to something this host does not have.
fill() {
    local text=${1//@interface@/$interface} name value
    [[ -n $network_file ]] && text=${text//@network-file@/$network_file}
    while [[ $text =~ @credential:([a-z-]+)@ ]]; do
        name=${BASH_REMATCH[1]}; used+=("$name")
        # Apart from the replacement, whose own failure nobody would notice.
        value=$(credential "$name") || exit 1
        text=${text//"@credential:$name@"/"$value"}
    done
    printf '%s\n' "$text"
}

credential() { # NAME
    cat "$STATE/credentials/$1" 2> /dev/null || refuse "the credential $1 is not on this host; nothing was changed. Run again."
}

# What no file holds any more is a secret without a use: forgotten, also where the step that brought it is gone with its setting.
forget_credentials() {
    local file
    for file in "$STATE"/credentials/*; do
        if [[ ! -e $file || " ${used[*]} " == *" $(basename "$file") "* ]]; then continue; fi
        rm -f "$file"
    done
}

begin_file() { # PATH MODE
    [[ $1 == *@* ]] && return
    files+=("$1"); mode_of[$1]=$2
    mkdir -p "$work/staged$(dirname "$1")"
    : > "$work/staged$1"; chmod "$2" "$work/staged$1"
}

rules() { # SERVICE KEYWORD: the arguments of each such line
    sed -n "s/^$2 //p" <<<"${rules_of[$1]}"
}

# --- checking ------------------------------------------------------------------------------------------------------------------------

# Files name each other by the paths they will have; the checkers get copies in which those are the paths they have now.
check_copy() { # PATH
    local copy=$work/check$1 path
    if [[ ! -e $copy ]]; then
        mkdir -p "$(dirname "$copy")"; cp -p "$work/staged$1" "$copy"
        for path in "${files[@]}"; do
            [[ $path == "$1" ]] || sed -i "s#\([^A-Za-z0-9._/-]\)$path\([^A-Za-z0-9._/-]\)#\1$work/staged$path\2#g" "$copy"
        done
    fi
    echo "$copy"
}

check_all() {
    local service command output path
    for service in "${services[@]}"; do
        check_ports "$service"
        while IFS= read -r command; do
            [[ -n $command ]] || continue
            while [[ $command =~ \{([^}]*)\} ]]; do
                path=$(check_copy "${BASH_REMATCH[1]}")
                command=${command//"{${BASH_REMATCH[1]}}"/"$path"}
            done
            if ! output=$($command 2>&1); then
                say "$service refuses the new configuration; the old one stays in service:"
                output=${output//"$work/check"/}
                echo "${output//"$work/staged"/}" >&2
                exit 1
            fi
        done <<<"$(rules "$service" check)"
    done
}

# A port that some other program has is found before anything is changed.
check_ports() { # SERVICE
    local protocol port taken own
    own=$(rules "$1" process)
    while read -r protocol port _ _ taken; do
        [[ -z $protocol ]] || refuse "port $port/$protocol is taken on this host: $taken. Choose another port for the listener; or, for a program that only needs the host's own address, make it listen there and set listenOn: vip. Nothing was changed."
    done <<<"$(listeners "$1" | grep -vE "\\(\\(\"(nginx|haproxy|$own)\"" | head -n 1)"
}

# "PROTOCOL PORT ADDRESS BOUND LOCAL-ADDRESS:PORT PROGRAM" (BOUND is an address, or * for all) of every socket that is in the way of, or is, one of the service's listeners. All of them
# in one look: with a hundred listeners a look for each takes seconds.
listeners() { # SERVICE [any-address]
    local ports
    ports=$(rules "$1" port)
    [[ -n $ports ]] || return 0
    awk -v any="${2:-}" 'NR == FNR { wanted[$1, $2] = wanted[$1, $2] " " $3; next } {
        port = $5; sub(".*:", "", port)
        if (!(($1, port) in wanted)) next
        address = $5; sub(":" port "$", "", address); sub("%.*", "", address)
        if (address ~ /^127\./ || address == "[::1]") next
        if (address == "0.0.0.0" || address == "[::]") address = "*"
        count = split(wanted[$1, port], addresses, " ")
        for (i = 1; i <= count; i++) if (any || address == "*" || addresses[i] == "*" || addresses[i] == address) print $1, port, addresses[i], address, $5, $7
    }' <(echo "$ports") <(ss -Hlntup)
}

# A service that has a port on other addresses than it should must give it up before it can have it there: it is restarted.
must_rebind() { # SERVICE
    listeners "$1" any-address | grep -F "((\"$(rules "$1" process)\"" | awk '$4 != $3 { found = 1 } END { exit !found }'
}

# --- swapping ------------------------------------------------------------------------------------------------------------------------

is_current() { # PATH
    [[ -f $1 ]] && cmp -s "$work/staged$1" "$1" && [[ $(stat -c %a "$1") == "${mode_of[$1]#0}" ]]
}

# What was there before us is kept once, for the day we are asked to leave.
remember_original() { # PATH
    grep -qxF -- "$1" "$STATE/managed" && return
    if [[ -e $1 ]]; then mkdir -p "$STATE/original$(dirname "$1")"; cp -a "$1" "$STATE/original$1"; fi
    echo "$1" >> "$STATE/managed"
}

# What a run changes, and what was there, is kept until every service runs with it, or it is put back: a run that is cut off in between is
# taken up by the next one, which would else find the files as they should be and tell no service.
keep_for_rollback() { # PATH
    was_changed "$1" && return
    changed+=("$1")
    if [[ -e $1 ]]; then mkdir -p "$STATE/before$(dirname "$1")"; cp -a "$1" "$STATE/before$1"; fi
    echo "$1" >> "$STATE/pending"
}

take_up_interrupted() {
    [[ -e $STATE/pending ]] || return 0
    local service
    mapfile -t changed < "$STATE/pending"
    if [[ -e $STATE/retired ]]; then mapfile -t retired < "$STATE/retired"; fi
    # Which of them were told of it nobody knows.
    for service in "${services[@]}"; do if systemctl is-active --quiet "$service"; then touched+=("$service"); fi; done
    swapping="an earlier run was cut off, and this one did not get further"
    say "takes up what an earlier run did not finish"
}

settled() {
    rm -rf "$STATE/before" "$STATE/pending" "$STATE/retired"; swapping=""
    # The same list for the same files, in whichever order they came and went.
    sort -o "$STATE/managed" "$STATE/managed"
}

swap_all() {
    local path
    for path in "${files[@]}"; do
        is_current "$path" && continue
        remember_original "$path"; keep_for_rollback "$path"
        make_folder "$(dirname "$path")"
        cp -p "$work/staged$path" "$path.ha-api-new"; mv -f "$path.ha-api-new" "$path"
        say "wrote $path"
    done
    # Files of an earlier configuration that this one does not have.
    while IFS= read -r path; do
        if [[ -z $path || -n ${mode_of[$path]:-} ]]; then continue; fi
        keep_for_rollback "$path"; restore_original "$path"
        say "removed $path"
    done <<<"$(cat "$STATE/managed")"
    remove_empty_folders
}

# A folder that was not there before us goes with us; one that was there stays, also when it was empty.
make_folder() { # PATH
    # "0", because in a trap the status would be that of what the trap was for.
    [[ -d $1 ]] && return 0
    make_folder "$(dirname "$1")"
    mkdir "$1"; echo "$1" >> "$STATE/folders"
}

# Those we made, the innermost first.
remove_empty_folders() {
    [[ -e $STATE/folders ]] || return 0
    local folder
    while IFS= read -r folder; do
        if rmdir "$folder" 2> /dev/null || [[ ! -d $folder ]]; then
            grep -vxF -- "$folder" "$STATE/folders" > "$STATE/folders.new" || true
            mv "$STATE/folders.new" "$STATE/folders"
        fi
    done <<<"$(sort -ru "$STATE/folders")"
}

restore_original() { # PATH
    if [[ -e $STATE/original$1 ]]; then cp -a "$STATE/original$1" "$1"; else rm -f "$1"; fi
    grep -vxF -- "$1" "$STATE/managed" > "$STATE/managed.new" || true
    mv "$STATE/managed.new" "$STATE/managed"
}

# A proxy of another kind, from an earlier configuration, makes room.
retire_others() {
    local file service
    for file in "$STATE"/services/*; do
        service=$(basename "$file")
        if [[ ! -e $file || " ${services[*]} " == *" $service "* ]]; then continue; fi
        systemctl is-active --quiet "$service" || systemctl is-enabled --quiet "$service" || continue
        systemctl disable --quiet "$service" || true
        systemctl stop "$service" || true
        # HAProxy after a reload may end by the signal that stops it, which systemd calls a failure.
        systemctl reset-failed "$service" 2> /dev/null || true
        retired+=("$service"); echo "$service" >> "$STATE/retired"
        say "$service: stop"
    done
}

# Nobody else's business any more: as it was found, with its own configuration, which is back by now. It is remembered anew if it is wanted again.
give_back_retired() {
    local service
    for service in "${retired[@]}"; do
        if [[ ! -e $STATE/services/$service || " ${services[*]} " == *" $service "* ]]; then continue; fi
        give_back_service "$service"; rm -f "$STATE/services/$service"
    done
}

put_back() {
    local path service
    swapping=""
    for path in "${changed[@]}"; do
        if [[ -e $STATE/before$path ]]; then make_folder "$(dirname "$path")"; cp -a "$STATE/before$path" "$path.ha-api-new"; mv -f "$path.ha-api-new" "$path"; else rm -f "$path"; fi
        # A file whose removal is taken back is ours again.
        grep -qxF -- "$path" "$STATE/managed" || echo "$path" >> "$STATE/managed"
    done
    systemctl daemon-reload || true
    apply_sysctl || true
    for service in "${touched[@]}"; do
        if [[ " ${retired[*]} " == *" $service "* ]]; then continue; fi
        if [[ " ${started[*]} " == *" $service "* ]]; then systemctl stop "$service" || true
        elif [[ " ${restarted[*]} " == *" $service "* ]]; then systemctl restart "$service" || true
        else systemctl reload-or-restart "$service" || true; fi
    done
    for service in "${retired[@]}"; do systemctl enable --quiet "$service" || true; systemctl start "$service" || true; done
    # Where this was the first run with a service, it is the owner's, or nobody's, again.
    for service in "${found[@]}"; do give_back_service "$service"; rm -f "$STATE/services/$service"; done
    settled
    say "went back to the configuration before: $*"
}

# The kernel setting of ours, and what it was before us, for the day its file goes.
apply_sysctl() {
    if [[ -e $SYSCTL ]]; then
        [[ -e $STATE/sysctl ]] || echo "$SYSCTL_KEY=$(sysctl -n "$SYSCTL_KEY")" > "$STATE/sysctl"
        sysctl -q -p "$SYSCTL"
    elif [[ -e $STATE/sysctl ]]; then
        sysctl -q -p "$STATE/sysctl"; rm -f "$STATE/sysctl"
    fi
}

# nginx's checker binds the addresses, so the setting must be there before it runs; it goes again when the new files do not come.
sysctl_for_checks() {
    [[ -e $work/staged$SYSCTL ]] || return 0
    [[ -e $STATE/sysctl ]] || echo "$SYSCTL_KEY=$(sysctl -n "$SYSCTL_KEY")" > "$STATE/sysctl"
    sysctl -q -p "$work/staged$SYSCTL"
}

leave() {
    # Ended in the middle, by an error nobody expected.
    if [[ -n $swapping ]]; then put_back "$swapping"; fi
    rm -rf "$work"
    apply_sysctl
}

# --- services ------------------------------------------------------------------------------------------------------------------------

was_changed() { local path; for path in "${changed[@]}"; do [[ $path == "$1" ]] && return 0; done; return 1; }

# The program on disk is not the one that runs: its package was upgraded.
is_outdated() {
    local pid; pid=$(systemctl show --property MainPID --value "$1")
    [[ $pid != 0 && $(readlink "/proc/$pid/exe") == *" (deleted)" ]]
}

# A reload of keepalived 2.2.7 loses the call of the notify script for a FAULT that ends at that moment, as when the proxy was just replaced;
# what the host is would be unknown from then on. A host in FAULT holds nothing, so a restart costs nothing.
is_in_fault() { # SERVICE
    [[ -n $(rules "$1" ready-vrrp) && $(cat "$RUN/vrrp-state" 2> /dev/null) == FAULT ]]
}

bring_up() { # SERVICE
    local service=$1 action="" path
    if [[ ! -e $STATE/services/$service ]]; then remember_service "$service"; found+=("$service"); fi
    enable_service "$service" || { failure="$service could not be enabled"; return 1; }
    if ! systemctl is-active --quiet "$service"; then action=start; started+=("$service")
    elif is_outdated "$service"; then action=restart
    else
        while IFS= read -r path; do [[ -n $path ]] && was_changed "$path" && action=reload; done <<<"$(rules "$service" reload-after)" || true
        while IFS= read -r path; do [[ -n $path ]] && was_changed "$path" && action=restart; done <<<"$(rules "$service" restart-after)" || true
        if [[ $action == reload ]] && must_rebind "$service"; then action=restart; fi
    fi
    if [[ -n $action ]]; then
        touched+=("$service")
        if [[ $action == restart ]]; then restarted+=("$service"); fi
        systemctl reset-failed "$service" 2> /dev/null || true
        systemctl "$action" "$service" || { failure="$service could not be ${action}ed: $(journal "$service")"; return 1; }
        say "$service: $action"
    fi
    if [[ $action == reload && -n $(rules "$service" ready-vrrp) ]] && ! wait_until_ready "$service" "$RELOAD_SECONDS" && is_in_fault "$service"; then
        restarted+=("$service")
        systemctl restart "$service" || { failure="$service could not be restarted: $(journal "$service")"; return 1; }
        say "$service: restart, since it did not say what it is after the reload"
    fi
    wait_until_ready "$service" && clear_flag "$service"
}

# The unit's drop-in clears the flag at each start; a service that ran before the drop-in came is cleared here.
clear_flag() { # SERVICE
    local flag
    while IFS= read -r flag; do
        [[ -z $flag || $(cat "$flag" 2> /dev/null) == 0 ]] || echo 0 > "$flag"
    done <<<"$(rules "$1" running-flag)"
}

journal() { journalctl --unit "$1" --lines 8 --no-pager --output cat 2> /dev/null | tail -n 8; }

wait_until_ready() { # SERVICE [SECONDS]
    local deadline=$((SECONDS + ${2:-READY_SECONDS})) missing
    while :; do
        if missing=$(first_missing "$1"); then return 0; fi
        if ((SECONDS >= deadline)); then failure="$1 $missing within $READY_SECONDS s: $(journal "$1")"; return 1; fi
        sleep 0.05
    done
}

# Prints what is not ready yet and fails, or succeeds.
first_missing() { # SERVICE
    local address port protocol text state missing
    systemctl is-active --quiet "$1" || { echo "was not active"; return 1; }
    while read -r address port protocol text; do
        [[ -z $address ]] || [[ $(answer "$address" "$port" "$protocol") == "$text" ]] || { echo "did not run the new configuration"; return 1; }
    done <<<"$(rules "$1" ready-answer)"
    missing=$(awk 'NR == FNR { there[$1, $2, $3] = 1; next } !(($1, $2, $3) in there) { print $2 "/" $1; exit }' \
        <(listeners "$1"; echo) <(rules "$1" port))
    [[ -z $missing ]] || { echo "did not listen on port $missing"; return 1; }
    while read -r address; do
        [[ -n $address ]] || continue
        state=$(cat "$RUN/vrrp-state" 2> /dev/null || echo unknown)
        case $state in
            MASTER) ip -o -4 address show to "$address/32" | grep -q . || { echo "did not hold the VIP though it is MASTER"; return 1; } ;;
            BACKUP) ;;
            *) echo "did not become MASTER or BACKUP (it is: $state)"; return 1 ;;
        esac
    done <<<"$(rules "$1" ready-vrrp)"
}

# The last line that the status port says: a proxy of the one kind speaks first, one of the other is asked by HTTP.
# shellcheck disable=SC2016
answer() { # ADDRESS PORT banner|http
    timeout 1 bash -c 'exec 3<>"/dev/tcp/$0/$1"
        if [[ $2 == http ]]; then printf "GET / HTTP/1.0\r\n\r\n" >&3; fi
        text=""; while IFS= read -r line <&3 || [[ -n $line ]]; do text=$line; if [[ $2 == banner ]]; then break; fi; done
        printf %s "$text"' "$1" "$2" "$3" 2> /dev/null || true
}

# --- the whole -----------------------------------------------------------------------------------------------------------------------

[[ $(id -u) == 0 ]] || refuse "must run as root"
mkdir -p "$STATE/services" "$STATE/original"; chmod 0700 "$STATE"; touch "$STATE/managed" "$STATE/logs"
exec 9> "$STATE/lock"; flock --wait 300 9 || refuse "another run has been busy on this host for five minutes"
work=$(mktemp -d "$STATE/run.XXXXXX"); trap leave EXIT
# Whoever started this may hang up: what was begun is brought to its end.
trap '' PIPE HUP
failure=""

read_manifest
take_up_interrupted
sysctl_for_checks
check_all
for log in "${logs[@]}"; do grep -qxF -- "$log" "$STATE/logs" || echo "$log" >> "$STATE/logs"; done
swapping="the run ended before its time"
retire_others
swap_all
if ((${#changed[@]} > 0)); then
    systemctl daemon-reload
    systemd-tmpfiles --create /etc/tmpfiles.d/ha-api.conf
    apply_sysctl
fi
# After the swap: the drop-ins that hand the VIP over before a service stops are in force.
if ((${#upgrade[@]} > 0)); then upgrade-packages "${upgrade[@]}" || { put_back "the packages could not be upgraded"; exit 1; }; fi
for service in "${services[@]}"; do
    if ! bring_up "$service"; then put_back "$failure"; exit 1; fi
done
give_back_retired
settled
forget_credentials
if ((${#changed[@]} + ${#touched[@]} + ${#retired[@]} == 0)); then say "nothing to change"; fi
