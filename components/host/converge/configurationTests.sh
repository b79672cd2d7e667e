# shellcheck shell=bash
# Asks each service's own checker what it makes of the staged files.

# Files name each other by the paths they will have; the checkers get copies in which those are the paths they have now.
check_copy() { # PATH: prints the copy's
    local copy=$work/check$1 path edits=""
    if [[ ! -e $copy ]]; then
        for path in "${files[@]}"; do
            [[ $path == "$1" ]] \
                || edits+="s#\([^A-Za-z0-9._/-]\)$path\([^A-Za-z0-9._/-]\)#\1$work/staged$path\2#g"$'\n'
        done
        make_parents "$copy"
        cp -p "$work/staged$1" "$copy"
        sed "$edits" "$work/staged$1" > "$copy"
    fi
    echo "$copy"
}

check_all() {
    local service command
    for service in "${services[@]}"; do
        check_ports "$service"
        while IFS= read -r command; do
            [[ -z $command ]] || check_with "$service" "$command"
        done <<< "$(rules "$service" check)"
    done
}

check_with() { # SERVICE COMMAND
    local command=$2 output copy
    while [[ $command =~ \{([^}]*)\} ]]; do
        copy=$(check_copy "${BASH_REMATCH[1]}")
        command=${command//"{${BASH_REMATCH[1]}}"/"$copy"}
    done
    if ! output=$($command 2>&1); then
        say "$1 refuses the new configuration; the old one stays in service:"
        # By the names that the files will have.
        output=${output//"$work/check"/}
        echo "${output//"$work/staged"/}" >&2
        end_explained
    fi
}
