# shellcheck shell=bash
# Which of the packages that came with us may go again: none that anybody else has a use for. Where in doubt a package stays, and it is said
# why. Part of the uninstall program, which has `say`, `log`, STATE, and the functions of apt.sh and remove-containers.sh.

declare -A before=() may_go=() reason=()
# shellcheck disable=SC2034 # the uninstall program has a use for it
declare -a going=()

choose_packages() { # sets going, and reason of those that stay
    local package
    going=() may_go=()
    while IFS= read -r package; do [[ -z $package ]] || before[$package]=yes; done < <(cat "$STATE/packages.before" 2> /dev/null || true)
    while IFS= read -r package; do
        if [[ -n $package && -z ${before[$package]:-} && -z ${reason[$package]:-} ]] && is_known "$package"; then may_go[$package]=yes; fi
    done < <(sort -u "$STATE/packages")
    spare_asked_for
    spare_recommended
    spare_engines
    spare_needed
    accept "${!may_go[@]}"
}

# Also one that was removed and has left its configuration.
is_known() { [[ $(dpkg-query --show --showformat '${db:Status-Status}' "$1" 2> /dev/null) =~ ^(installed|config-files|unpacked|half-.*|triggers-.*)$ ]]; }

spare() { # PACKAGE REASON
    if [[ -n $1 && -n ${may_go[$1]:-} ]]; then
        reason[$1]=$2
        unset "may_go[$1]"
    fi
}

# What we asked for by name is marked as such, too; the rest came without being asked for, until somebody did.
spare_asked_for() {
    local package manual held
    manual=$(apt-mark showmanual | sort -u)
    held=$(apt-mark showhold)
    while IFS= read -r package; do spare "$package" "installed by name"; done < <(comm -13 <(sort -u "$STATE/asked" 2> /dev/null || true) - <<< "$manual")
    while IFS= read -r package; do [[ -z $package ]] || spare "$package" "on hold"; done <<< "$held"
}

# By what came after us: it would have brought these along.
spare_recommended() {
    local status package recommends name names all
    all=$(dpkg-query --show --showformat '${db:Status-Status}\t${Package}\t${Recommends}\n')
    while IFS=$'\t' read -r status package recommends; do
        if [[ $status != installed || -z $recommends || -n ${before[$package]:-} || -n ${may_go[$package]:-} ]]; then continue; fi
        read -ra names < <(sed 's/([^)]*)//g; s/:any//g; s/[,|]/ /g' <<< "$recommends")
        for name in "${names[@]}"; do spare "$name" "recommended by $package"; done
    done <<< "$all"
}

# All that depends on one of them, however far, as apt sees it; and all that they depend on in turn. Of alternatives each, to be sure.
spare_needed() {
    local verb name needed
    ((${#may_go[@]} > 0)) || return 0
    while read -r verb name; do
        if [[ -z $name || $verb == Inst || -n ${may_go[$name]:-} ]]; then continue; fi
        while IFS= read -r needed; do spare "$needed" "needed by $name"; done < <(apt-cache depends --recurse --installed --no-recommends --no-suggests \
            --no-conflicts --no-breaks --no-replaces --no-enhances "$name" | sed -nE 's/^([a-z0-9][^: ]*).*/\1/p' | sort -u)
    done <<< "$(simulate_purge "${!may_go[@]}")"
}

# As many of these as go without anything else, by halves: apt knows best what depends on what. It would also remove software of the owner's, or put
# something in place of what goes, and not ask; so it is asked before.
accept() { # PACKAGES
    local verb name words half=$(($# / 2)) said rest=()
    local -a all=() others=() foreign=()
    (($# > 0)) || return 0
    said=$(simulate_purge "${going[@]}" "$@") || {
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
    done <<< "$said"
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
    apt-get -s -q -o Debug::NoLocking=true -o APT::Get::AutomaticRemove=false -o APT::Get::Show-User-Simulation-Note=false purge "$@" > "$log" 2>&1 || return 1
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

say_what_stays() {
    local words package names
    while IFS= read -r words; do
        names=()
        for package in "${!reason[@]}"; do if [[ ${reason[$package]} == "$words" ]]; then names+=("$package"); fi; done
        say "left installed, $words: $(printf '%s\n' "${names[@]}" | sort | paste --serial --delimiters ' ')"
    done < <(printf '%s\n' "${reason[@]}" | sed '/^$/d' | sort -u)
}

# The owner's `apt autoremove` may take what only other packages need, when they go; and what we asked for, or brought back, counts as it did
# before. Engines that others use stay as if asked for.
give_back_marks() {
    local package automatic=()
    for package in "${!reason[@]}"; do
        if [[ ${reason[$package]} == needed* || ${reason[$package]} == recommended* ]] && is_installed "$package"; then automatic+=("$package"); fi
    done
    if [[ -e $STATE/manual.before ]]; then
        while IFS= read -r package; do
            if [[ -n ${before[$package]:-} ]] && is_installed "$package"; then automatic+=("$package"); fi
        done < <(comm -23 <(sort -u "$STATE/asked" "$STATE/packages.gone" 2> /dev/null || true) "$STATE/manual.before")
    fi
    ((${#automatic[@]} == 0)) || when_free apt-mark auto "${automatic[@]}"
}
