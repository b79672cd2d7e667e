# shellcheck shell=bash
# As many of these as go without anything else, by halves: apt knows best what depends on what. It would also remove
# software of the owner's, or put something in place of what goes, and not ask; so it is asked before.
accept() { # PACKAGES
    local verb name words half=$(($# / 2)) output rest=()
    local -a all=() others=() foreign=()
    (($# > 0)) || return 0
    output=$(simulate_purge "${going[@]}" "$@") || {
        tail -n 20 "$log" >&2
        say "apt cannot say what removing packages would do, so none was removed. Put that right, and run again."
        exit 1
    }
    while read -r verb name; do
        if [[ -z $name ]]; then continue; fi
        if [[ $verb != Inst && -n ${may_go[$name]:-} ]]; then
            all+=("$name")
            continue
        fi
        others+=("$name")
        if [[ -z ${reason[$name]:-} ]]; then foreign+=("$name"); fi
    done <<< "$output"
    if ((${#others[@]} == 0)); then
        going=("${all[@]}")
        return 0
    fi
    if (($# == 1)); then
        # Rather the owner's than those of ours that stay because of it.
        words=${foreign[*]:-${others[*]}}
        spare "$1" "needed by ${words// /, }"
        return 0
    fi
    accept "${@:1:half}"
    for name in "${@:half+1}"; do if [[ " ${going[*]} " != *" $name "* ]]; then rest+=("$name"); fi; done
    accept "${rest[@]}"
}

# "Purg PACKAGE" of each that would be removed, "Inst PACKAGE" of each that would come.
simulate_purge() { # PACKAGES
    apt-get -s -q -o Debug::NoLocking=true -o APT::Get::AutomaticRemove=false \
        -o APT::Get::Show-User-Simulation-Note=false purge "$@" > "$log" 2>&1 || return 1
    sed -nE 's/^(Purg|Remv|Inst) ([^ ]+).*/\1 \2/p' "$log"
}

# By dpkg, which refuses where apt would remove more, should somebody have installed something in between.
purge_packages() {
    local tries=3
    while ((tries-- > 0)); do
        choose_packages
        if ((${#going[@]} == 0)); then return 0; fi
        if when_free dpkg --purge "${going[@]}"; then
            say "removed ${going[*]}"
            return 0
        fi
    done
    say "the packages could not be removed: ${going[*]}"
    return 1
}
