# shellcheck shell=bash
# Puts the prepared files in place, by renames only.

# Every path that was swapped, by this run or the interrupted one it resumes; its value is that of kind_of.
declare -A changed=()

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

was_changed() { [[ -n ${changed[$1]:-} ]]; } # PATH

# A second name for the same file needs no room; where it cannot have one, as on another file system, a copy does.
link_or_copy() { # FROM TO
    make_parents "$2" && { ! exists "$2" || rm -f "$2"; } && { ln -PT "$1" "$2" 2> /dev/null || copy_whole "$1" "$2"; }
}

restore_file() { # COPY PATH
    [[ $1 -ef $2 && ! -L $2 ]] || { link_or_copy "$1" "$2.ha-api-new" && mv -fT "$2.ha-api-new" "$2"; }
}
