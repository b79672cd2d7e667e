# shellcheck shell=bash
# Everything that takes room, before anything is changed. What is prepared is on record as `preparing`. By its new name,
# `pending`, the change has begun; that record is kept until every service runs with the change, or it is rolled back.
# So an interrupted run is resumed by the next one, which would otherwise find the files as they should be and tell no
# service.

# Paths of the configuration before; what is to be written and what to be removed.
declare -a managed=() writes=() removes=()
# By path, what was there before this change, or the interrupted one it resumes: old (a file) or new (nothing).
declare -A kind_of=()

prepare() {
    plan
    ((${#writes[@]} + ${#removes[@]} > 0)) || return 0
    keep_previous
    write_beside
    local path
    local -a kept=()
    for path in "${managed[@]}"; do contains "$path" "${removes[@]}" || kept+=("$path"); done
    write_list "$STATE/managed.next" "${kept[@]}" "${writes[@]}"
    mv -f "$STATE/preparing" "$STATE/pending"
    sync "$STATE"
    run[rollback_reason]="the run ended before its time"
    for path in "${writes[@]}" "${removes[@]}"; do changed[$path]=${kind_of[$path]}; done
    mv -f "$STATE/managed.next" "$STATE/managed"
}

plan() {
    local path
    local -a records=()
    for path in "${files[@]}"; do is_current "$path" || writes+=("$path"); done
    # Files of an earlier configuration that this one does not have.
    for path in "${managed[@]}"; do [[ -n ${mode_of[$path]:-} ]] || removes+=("$path"); done
    # The list no longer has what an interrupted run was about to remove.
    for path in "${!changed[@]}"; do
        if [[ -z ${mode_of[$path]:-} ]] && ! contains "$path" "${managed[@]}" && exists "$path"; then
            removes+=("$path")
        fi
    done
    ((${#writes[@]} + ${#removes[@]} > 0)) || return 0
    for path in "${writes[@]}" "${removes[@]}"; do
        [[ -z ${kind_of[$path]:-} ]] || continue
        if exists "$path"; then kind_of[$path]=old; else kind_of[$path]=new; fi
    done
    for path in "${!kind_of[@]}"; do records+=("${kind_of[$path]} $path"); done
    write_list "$STATE/preparing" "${records[@]}"
}

is_current() { # PATH
    [[ -f $1 ]] && cmp -s "$work/staged$1" "$1" && [[ $(stat -c %a "$1") == "${mode_of[$1]#0}" ]]
}

# What a rollback needs.
keep_previous() {
    local path
    exists "$STATE/pending" || link_or_copy "$STATE/managed" "$STATE/before/.managed"
    for path in "${writes[@]}" "${removes[@]}"; do
        if [[ -z ${changed[$path]:-} ]] && exists "$path"; then link_or_copy "$path" "$STATE/before$path"; fi
    done
}

# The new files, each whole beside the one it replaces.
write_beside() {
    local path
    local -a written=()
    for path in "${writes[@]}"; do
        contains "$path" "${managed[@]}" || back_up_original "$path"
        make_folder "${path%/*}"
        cp -p "$work/staged$path" "$path.ha-api-new"
        written+=("$path.ha-api-new")
    done
    for path in "${removes[@]}"; do
        if exists "$STATE/original$path"; then
            cp -a "$STATE/original$path" "$path.ha-api-new"
            written+=("$path.ha-api-new")
        fi
    done
    if ((${#written[@]} > 0)); then sync "${written[@]}"; fi
}

# Once, so that uninstall can restore it.
back_up_original() { # PATH
    ! exists "$STATE/original$1" || rm -f "$STATE/original$1"
    if exists "$1"; then copy_whole "$1" "$STATE/original$1"; fi
}

# What an earlier run, or this one, had prepared and did not begin with. Without a record of a change there is nothing
# to go back to.
discard_prepared() {
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
