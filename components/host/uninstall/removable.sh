# shellcheck shell=bash
# Which of the packages that came with us may go again: none that anything else needs. Where in doubt a package
# stays, and the reason is reported. Part of the uninstall program, which has `say`, `log`, STATE, and the functions of
# apt.sh and removeContainers.sh.

declare -A before=() may_go=() reason=()
# shellcheck disable=SC2034 # the uninstall program has a use for it
declare -a going=()

choose_packages() { # sets going, and reason of those that stay
    local package
    going=() may_go=()
    while IFS= read -r package; do
        [[ -z $package ]] || before[$package]=yes
    done < <(cat "$STATE/packages.before" 2> /dev/null || true)
    while IFS= read -r package; do
        if [[ -n $package && -z ${before[$package]:-} && -z ${reason[$package]:-} ]] && is_known "$package"; then
            may_go[$package]=yes
        fi
    done < <(sort -u "$STATE/packages")
    spare_asked_for
    spare_recommended
    spare_engines
    spare_needed
    accept "${!may_go[@]}"
}

# Also one that was removed and has left its configuration.
is_known() { # PACKAGE
    local status
    status=$(dpkg-query --show --showformat '${db:Status-Status}' "$1" 2> /dev/null) || true
    [[ $status =~ ^(installed|config-files|unpacked|half-.*|triggers-.*)$ ]]
}

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
    while IFS= read -r package; do
        spare "$package" "installed by name"
    done < <(comm -13 <(sort -u "$STATE/asked" 2> /dev/null || true) - <<< "$manual")
    while IFS= read -r package; do [[ -z $package ]] || spare "$package" "on hold"; done <<< "$held"
}

# By what came after us: it would have brought these along.
spare_recommended() {
    local status package recommends name names all
    all=$(dpkg-query --show --showformat '${db:Status-Status}\t${Package}\t${Recommends}\n')
    while IFS=$'\t' read -r status package recommends; do
        if [[ $status != installed || -z $recommends ]]; then continue; fi
        if [[ -n ${before[$package]:-} || -n ${may_go[$package]:-} ]]; then continue; fi
        read -ra names < <(sed 's/([^)]*)//g; s/:any//g; s/[,|]/ /g' <<< "$recommends")
        for name in "${names[@]}"; do spare "$name" "recommended by $package"; done
    done <<< "$all"
}

# All that depends on one of them, however far, as apt sees it; and all that they depend on in turn. Of alternatives
# each, to be sure.
spare_needed() {
    local verb name needed
    ((${#may_go[@]} > 0)) || return 0
    while read -r verb name; do
        if [[ -z $name || $verb == Inst || -n ${may_go[$name]:-} ]]; then continue; fi
        while IFS= read -r needed; do
            spare "$needed" "needed by $name"
        done < <(apt-cache depends --recurse --installed --no-recommends --no-suggests --no-conflicts --no-breaks \
            --no-replaces --no-enhances "$name" | sed -nE 's/^([a-z0-9][^: ]*).*/\1/p' | sort -u)
    done <<< "$(simulate_purge "${!may_go[@]}")"
}

. uninstall/purge.sh

say_what_stays() {
    local words package names
    while IFS= read -r words; do
        names=()
        for package in "${!reason[@]}"; do if [[ ${reason[$package]} == "$words" ]]; then names+=("$package"); fi; done
        say "left installed, $words: $(printf '%s\n' "${names[@]}" | sort | paste --serial --delimiters ' ')"
    done < <(printf '%s\n' "${reason[@]}" | sed '/^$/d' | sort -u)
}

# The owner's `apt autoremove` may take what only other packages need, when they go; and what we asked for, or brought
# back, counts as it did before. Engines that others use stay as if asked for.
give_back_marks() {
    local package automatic=()
    for package in "${!reason[@]}"; do
        if [[ ${reason[$package]} =~ ^(needed|recommended) ]] && is_installed "$package"; then
            automatic+=("$package")
        fi
    done
    if [[ -e $STATE/manual.before ]]; then
        while IFS= read -r package; do
            if [[ -n ${before[$package]:-} ]] && is_installed "$package"; then automatic+=("$package"); fi
        done < <(comm -23 <(sort -u "$STATE/asked" "$STATE/packages.gone" 2> /dev/null || true) "$STATE/manual.before")
    fi
    ((${#automatic[@]} == 0)) || when_free apt-mark auto "${automatic[@]}"
}
