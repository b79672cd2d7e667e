#!/bin/bash
# Brings this host to the state described by the manifest on standard input: stage the files, check them with the daemons' own checkers,
# swap them in, reload what changed, wait until it serves. When anything fails the host goes back to its last good configuration.
# Running it again changes nothing.
#
# Whatever needs room on a disk is done before anything is changed: the new files are whole beside those they replace, and what goes back is
# whole in $STATE/before. From then on there are renames only, forth and back, so that a disk that fills up meanwhile spoils nothing.
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
# Also in $(...).
shopt -s inherit_errexit
. prelude
. lib/environment.sh
. lib/log.sh
. lib/lock.sh
. lib/files.sh
. lib/services.sh
. lib/statusPort.sh

readonly READY_SECONDS=20 RELOAD_SECONDS=3
# What must be left on a disk beside what is written to it: the services write there too.
readonly SPARE_KB=1024 SPARE_INODES=64
readonly SYSCTL_KEY=net.ipv4.ip_nonlocal_bind

refuse() { say "$*"; told=yes; exit 1; }

# --- reading -------------------------------------------------------------------------------------------------------------------------

declare -a files=() services=() managed=() known_logs=() changed=() logs=() used=() upgrade=()
declare -a started=() found=() restarted=() touched=() retired=()
# What is to be written and removed now; of each changed path whether there was something before: old or new.
declare -a writes=() removes=()
declare -A mode_of=() rules_of=() kind_of=()
interface="" network_file=""
# Set where the run-time folder is not there: keepalived, which watches files in it, watches nothing then, and says nothing of its state.
run_was_gone=""
# Set when it was said why the run ends.
told=""
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
                credential) begin_file "$first" 0600; used+=("$second"); credential "$second" > "$work/staged$first" || { told=yes; exit 1; } ;;
                log) logs+=("$first") ;;
                upgrade) read -ra upgrade <<<"$first $second $rest" ;;
                service) service=$first; services+=("$first"); rules_of[$first]="" ;;
                end) ended=yes ;;
                *) refuse "the manifest has an unknown block: $line" ;;
            esac
        elif [[ -n $service ]]; then rules_of[$service]+="$line"$'\n'
        elif [[ -n $file && $file != *@* ]]; then fill "$line" >> "$work/staged$file" || exit 1
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
        value=$(credential "$name") || { told=yes; exit 1; }
        text=${text//"@credential:$name@"/"$value"}
    done
    printf '%s\n' "$text"
}

credential() { # NAME
    cat "$STATE/credentials/$1" 2> /dev/null || refuse "the credential $1 is not on this host; nothing was changed. Run again."
}

# Every file system that gets something, of those that have too little room for it: "PATH has N kB free, and M kB are needed".
check_room() { # MANIFEST
    local -A folders=() there=() place_on=()
    local -a short=()
    local count=0 needed_kb needed_inodes path place device free size inodes free_inodes
    while IFS= read -r path; do folders[${path%/*}]=yes; count=$((count + 1)); done < <(sed -nE 's/^==== (file|credential) ([^ ]+).*/\2/p' <<<"$1")
    # Of each file there may be four at a time: staged, checked, beside the one it replaces, and that one; each fills its last block.
    needed_kb=$((4 * (${#1} / 1024 + 4 * count) + SPARE_KB)) needed_inodes=$((4 * count + SPARE_INODES))
    for path in "$STATE" "$RUN" "${!folders[@]}"; do
        while [[ ! -d ${path:-/} ]]; do path=${path%/*}; done
        there[${path:-/}]=yes
    done
    # Of the folders on one file system the one that comes first.
    while read -r device place; do place_on[$device]=$place; done < <(stat --format '%d %n' "${!there[@]}" | sort -k 1,1 -k 2r)
    for place in "${place_on[@]}"; do
        # What root may use. Some file systems make inodes as they need them, and say that there are none.
        read -r free size inodes free_inodes < <(stat --file-system --format '%f %S %c %d' "$place")
        if ((free * size / 1024 < needed_kb)); then short+=("$place has $((free * size / 1024)) kB free, and $needed_kb kB are needed")
        elif ((inodes > 0 && free_inodes < needed_inodes)); then short+=("$place has room for $free_inodes more files, and $needed_inodes are needed"); fi
    done
    ((${#short[@]} == 0)) || refuse "there is no room for the new configuration: $(printf '%s; ' "${short[@]}" | sed 's/; $//'). Nothing was changed. Make room and run again."
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
    make_parents "$work/staged$1"
    : > "$work/staged$1"; chmod "$2" "$work/staged$1"
}

rules() { # SERVICE KEYWORD: the arguments of each such line
    sed -n "s/^$2 //p" <<<"${rules_of[$1]}"
}

# --- checking ------------------------------------------------------------------------------------------------------------------------

# Files name each other by the paths they will have; the checkers get copies in which those are the paths they have now.
check_copy() { # PATH
    local copy=$work/check$1 path rules=""
    if [[ ! -e $copy ]]; then
        for path in "${files[@]}"; do
            [[ $path == "$1" ]] || rules+="s#\([^A-Za-z0-9._/-]\)$path\([^A-Za-z0-9._/-]\)#\1$work/staged$path\2#g"$'\n'
        done
        mkdir -p "$(dirname "$copy")"; cp -p "$work/staged$1" "$copy"; sed "$rules" "$work/staged$1" > "$copy"
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
                told=yes; exit 1
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

# A list of ours is whole, or it is the one before: the new one is on the disk when it takes its place. The same list for the same lines, in
# whichever order they came.
keep_list() { # FILE [LINE ...]
    local file=$1 text=""; shift
    if (($# > 0)); then text=$(printf '%s\n' "$@" | sort -u)$'\n'; fi
    printf %s "$text" > "$STATE/.new" && sync "$STATE/.new" && mv -f "$STATE/.new" "$file"
}

read_list() { # FILE VARIABLE
    if [[ -e $1 ]]; then mapfile -t "$2" < <(sed '/^$/d' "$1"); else mapfile -t "$2" < /dev/null; fi
}

contains() { # WORD [WORD ...]: whether the first is among the others
    local wanted=$1 word; shift
    for word in "$@"; do [[ $word == "$wanted" ]] && return 0; done
    return 1
}

# A second name for the same file needs no room; where it cannot have one, as on another file system, a copy does.
second_name() { # FROM TO
    make_parents "$2" && { ! exists "$2" || rm -f "$2"; } && { ln -PT "$1" "$2" 2> /dev/null || copy_whole "$1" "$2"; }
}

# Everything that takes room, before anything is changed. What is prepared is on record as `preparing`; by its new name, `pending`, the change
# has begun, and is kept until every service runs with it, or it is put back: a run that is cut off in between is taken up by the next one,
# which would else find the files as they should be and tell no service.
prepare() {
    local path
    local -a records=() new_files=() kept=()
    for path in "${files[@]}"; do is_current "$path" || writes+=("$path"); done
    # Files of an earlier configuration that this one does not have.
    for path in "${managed[@]}"; do [[ -n ${mode_of[$path]:-} ]] || removes+=("$path"); done
    ((${#writes[@]} + ${#removes[@]} > 0)) || return 0
    for path in "${changed[@]}"; do records+=("${kind_of[$path]} $path"); done
    for path in "${writes[@]}" "${removes[@]}"; do
        [[ -z ${kind_of[$path]:-} ]] || continue
        if exists "$path"; then kind_of[$path]=old; else kind_of[$path]=new; fi
        records+=("${kind_of[$path]} $path")
    done
    keep_list "$STATE/preparing" "${records[@]}"
    exists "$STATE/pending" || second_name "$STATE/managed" "$STATE/before/.managed"
    for path in "${writes[@]}" "${removes[@]}"; do
        if ! was_changed "$path" && exists "$path"; then second_name "$path" "$STATE/before$path"; fi
    done
    for path in "${writes[@]}"; do
        # What was there before us is kept once, for the day we are asked to leave.
        if ! contains "$path" "${managed[@]}"; then
            ! exists "$STATE/original$path" || rm -f "$STATE/original$path"
            if exists "$path"; then copy_whole "$path" "$STATE/original$path"; fi
        fi
        make_folder "${path%/*}"
        cp -p "$work/staged$path" "$path.ha-api-new"; new_files+=("$path.ha-api-new")
    done
    for path in "${removes[@]}"; do
        if exists "$STATE/original$path"; then cp -a "$STATE/original$path" "$path.ha-api-new"; new_files+=("$path.ha-api-new"); fi
    done
    if ((${#new_files[@]} > 0)); then sync "${new_files[@]}"; fi
    for path in "${managed[@]}"; do contains "$path" "${removes[@]}" || kept+=("$path"); done
    keep_list "$STATE/managed.next" "${kept[@]}" "${writes[@]}"
    mv -f "$STATE/preparing" "$STATE/pending"; sync "$STATE"
    swapping="the run ended before its time"
    for path in "${writes[@]}" "${removes[@]}"; do was_changed "$path" || changed+=("$path"); done
    mv -f "$STATE/managed.next" "$STATE/managed"
}

# What an earlier run, or this one, had prepared and did not begin with. Without a record of a change there is nothing to go back to.
forget_prepared() {
    local kind path
    if [[ -e $STATE/preparing ]]; then
        while read -r kind path; do
            rm -f "$path.ha-api-new"
            if ! grep -qxF -- "$kind $path" "$STATE/pending" 2> /dev/null; then rm -f "$STATE/before$path"; fi
        done < "$STATE/preparing"
        rm -f "$STATE/preparing"
        remove_empty_folders
    fi
    rm -f "$STATE/managed.next" "$STATE/managed.ha-api-new" "$STATE/.new"
    if [[ ! -e $STATE/pending ]]; then rm -rf "$STATE/before"; fi
}

take_up_interrupted() {
    [[ -e $STATE/pending || -e $STATE/retired ]] || return 0
    local service kind path
    if [[ -e $STATE/pending ]]; then
        while read -r kind path; do changed+=("$path"); kind_of[$path]=$kind; done < "$STATE/pending"
    fi
    read_list "$STATE/retired" retired
    # Which of them were told of it nobody knows.
    for service in "${services[@]}"; do if systemctl is-active --quiet "$service"; then touched+=("$service"); fi; done
    swapping="an earlier run was cut off, and this one did not get further"
    say "takes up what an earlier run did not finish"
}

# First that a change is under way is forgotten, then what was there before it.
settled() {
    local path
    # Of an earlier run that was cut off.
    for path in "${changed[@]}"; do if [[ -e $path.ha-api-new ]]; then rm -f "$path.ha-api-new"; fi; done
    rm -f "$STATE/pending" "$STATE/retired"; swapping=""
    rm -rf "$STATE/before"
    # A list that could not be written names folders that are gone, and the next run finds that out.
    remove_empty_folders || true
}

swap_all() {
    local path
    for path in "${writes[@]}"; do
        mv -fT "$path.ha-api-new" "$path"
        say "wrote $path"
    done
    for path in "${removes[@]}"; do
        if exists "$path.ha-api-new"; then mv -fT "$path.ha-api-new" "$path"; else rm -f "$path"; fi
        say "removed $path"
    done
}

# A folder that was not there before us goes with us; one that was there stays, also when it was empty. It is on record before it is there.
make_folder() { # PATH
    # "0", because in a trap the status would be that of what the trap was for.
    [[ -d ${1:-/} ]] && return 0
    make_folder "${1%/*}"
    local -a folders
    read_list "$STATE/folders" folders
    keep_list "$STATE/folders" "${folders[@]}" "$1"
    mkdir "$1"
}

# Those we made, the innermost first.
remove_empty_folders() {
    local folder
    local -a folders left=()
    read_list "$STATE/folders" folders
    ((${#folders[@]} > 0)) || return 0
    while IFS= read -r folder; do
        if ! rmdir "$folder" 2> /dev/null && [[ -d $folder ]]; then left+=("$folder"); fi
    done < <(printf '%s\n' "${folders[@]}" | sort -r)
    if ((${#left[@]} < ${#folders[@]})); then keep_list "$STATE/folders" "${left[@]}"; fi
}

# A proxy of another kind, from an earlier configuration, makes room.
retire_others() {
    local file service
    for file in "$STATE"/services/*; do
        service=$(basename "$file")
        if [[ ! -e $file || " ${services[*]} " == *" $service "* ]]; then continue; fi
        systemctl is-active --quiet "$service" || systemctl is-enabled --quiet "$service" || continue
        # On record before it is done: what is not on record nobody brings back.
        retired+=("$service"); keep_list "$STATE/retired" "${retired[@]}"
        systemctl disable --quiet "$service" || true
        systemctl stop "$service" || true
        # HAProxy after a reload may end by the signal that stops it, which systemd calls a failure.
        systemctl reset-failed "$service" 2> /dev/null || true
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

bring_back() { # COPY PATH
    [[ $1 -ef $2 && ! -L $2 ]] || { second_name "$1" "$2.ha-api-new" && mv -fT "$2.ha-api-new" "$2"; }
}

# Goes back to the configuration before. What cannot be put back is kept, for the next run to do it.
put_back() { # WHY
    local path service
    local -a stuck=()
    swapping="" told=yes
    for path in "${changed[@]}"; do
        if [[ ${kind_of[$path]} == new ]]; then rm -f "$path" || stuck+=("$path")
        else bring_back "$STATE/before$path" "$path" || stuck+=("$path"); fi
    done
    if exists "$STATE/before/.managed"; then bring_back "$STATE/before/.managed" "$STATE/managed" || stuck+=("$STATE/managed"); fi
    systemctl daemon-reload || true
    apply_sysctl || true
    for service in "${touched[@]}"; do
        if contains "$service" "${retired[@]}"; then continue; fi
        if contains "$service" "${started[@]}"; then systemctl stop "$service" || true
        elif contains "$service" "${restarted[@]}"; then systemctl restart "$service" || true
        else systemctl reload-or-restart "$service" || true; fi
    done
    for service in "${retired[@]}"; do systemctl enable --quiet "$service" || true; systemctl start "$service" || true; done
    # Where this was the first run with a service, it is the owner's, or nobody's, again.
    for service in "${found[@]}"; do give_back_service "$service" || true; rm -f "$STATE/services/$service"; done
    if ((${#stuck[@]} > 0)); then
        say "could not go back to the configuration before ($*): what was there before stays in $STATE/before, and the next run goes on with ${stuck[*]}"
        return
    fi
    settled
    say "went back to the configuration before: $*"
}

# The kernel setting of ours, and what it was before us, for the day its file goes.
apply_sysctl() {
    if [[ -e $NONLOCAL_BIND ]]; then
        remember_sysctl
        sysctl -q -p "$NONLOCAL_BIND"
    elif [[ -e $STATE/sysctl ]]; then
        sysctl -q -p "$STATE/sysctl"; rm -f "$STATE/sysctl"
    fi
}

remember_sysctl() { [[ -e $STATE/sysctl ]] || keep_list "$STATE/sysctl" "$SYSCTL_KEY=$(sysctl -n "$SYSCTL_KEY")"; }

# nginx's checker binds the addresses, so the setting must be there before it runs; it goes again when the new files do not come.
sysctl_for_checks() {
    [[ -e $work/staged$NONLOCAL_BIND ]] || return 0
    remember_sysctl
    sysctl -q -p "$work/staged$NONLOCAL_BIND"
}

leave() {
    local status=$?
    # None of this keeps the rest from being done.
    set +e
    forget_prepared
    # Ended in the middle, by an error nobody expected.
    if [[ -n $swapping ]]; then put_back "$swapping"
    elif ((status != 0)) && [[ -z $told ]]; then say "the run came to its end before its time. Nothing was changed. Run again."; fi
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
    failure="$service could not be brought up"
    if [[ ! -e $STATE/services/$service ]]; then
        remember_service "$service" || { failure="what $service was before could not be kept"; return 1; }
        found+=("$service")
    fi
    enable_service "$service" || { failure="$service could not be enabled"; return 1; }
    if ! systemctl is-active --quiet "$service"; then action=start; started+=("$service")
    elif is_outdated "$service" || [[ -n $run_was_gone && -n $(rules "$service" ready-vrrp) ]]; then action=restart
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
    wait_until_ready "$service" || return 1
    clear_flag "$service" || { failure="$service: the file that says whether it runs could not be written"; return 1; }
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
        [[ -z $address ]] || [[ $(status_answer "$address" "$port" "$protocol") == "$text" ]] || { echo "did not run the new configuration"; return 1; }
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

# --- the whole -----------------------------------------------------------------------------------------------------------------------

[[ $(id -u) == 0 ]] || refuse "must run as root"
mkdir -p "$STATE/services" "$STATE/original"; chmod 0700 "$STATE"; touch "$STATE/managed" "$STATE/logs"
lock_state
# Of runs that were cut off; there may be credentials in it.
rm -rf "$STATE"/run.*
work=$(mktemp -d "$STATE/run.XXXXXX"); trap leave EXIT
forget_prepared
read_list "$STATE/managed" managed
# Where the checkers leave what they need.
export TMPDIR=$work
# Whoever started this may hang up: what was begun is brought to its end.
trap '' PIPE HUP
failure=""

# To its last character: a line that has no end was cut off.
manifest=$(cat; echo .); manifest=${manifest%.}
check_room "$manifest"
read_manifest < <(printf %s "$manifest")
take_up_interrupted
sysctl_for_checks
check_all
read_list "$STATE/logs" known_logs
for log in "${logs[@]}"; do if ! contains "$log" "${known_logs[@]}"; then keep_list "$STATE/logs" "${known_logs[@]}" "${logs[@]}"; break; fi; done
prepare
swapping="the run ended before its time"
retire_others
swap_all
if ((${#changed[@]} > 0)); then
    systemctl daemon-reload
    apply_sysctl
fi
[[ -e $RUN/proxy-down ]] || run_was_gone=yes
systemd-tmpfiles --create /etc/tmpfiles.d/ha-api.conf
# After the swap: the drop-ins that hand the VIP over before a service stops are in force.
if ((${#upgrade[@]} > 0)); then upgrade-packages "${upgrade[@]}" || { put_back "the packages could not be upgraded"; exit 1; }; fi
for service in "${services[@]}"; do
    if ! bring_up "$service"; then put_back "$failure"; exit 1; fi
done
give_back_retired
settled
forget_credentials
# Clients of other networks are answered by it: from now on a host that has none is not well.
if [[ -n $(ip -4 route show default 2> /dev/null || true) ]]; then : > "$STATE/default-route" || true; fi
if ((${#changed[@]} + ${#touched[@]} + ${#retired[@]} == 0)); then say "nothing to change"; fi
