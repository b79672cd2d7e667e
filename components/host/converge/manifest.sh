# shellcheck shell=bash
# Reads the manifest: its files are staged in a folder of this run, with the permissions they will have.

declare -a files=() services=() logs=() upgrade=()
# By path; by service, the lines of its block.
declare -A mode_of=() rules_of=()

read_manifest() {
    local line file="" service="" ended=""
    while IFS= read -r line; do
        if [[ $line == "==== "* ]]; then
            begin_block "$line"
        elif [[ -n $service ]]; then
            rules_of[$service]+="$line"$'\n'
        elif [[ -n $file && $file != *@* ]]; then
            substitute "$line" >> "$work/staged$file" || exit 1
        fi
    done
    [[ -n $ended ]] || refuse "the manifest was cut off; nothing was changed. Run again."
}

# Sets file, service or ended of read_manifest.
begin_block() { # LINE
    local keyword first second rest
    read -r _ keyword first second rest <<< "$1"
    file="" service=""
    case $keyword in
        host) find_interface "$first" "$second" ;;
        file)
            file=$(substitute "$first")
            stage_file "$file" "$second"
            if [[ -n $rest && $file != *@* ]]; then chgrp "$rest" "$work/staged$file"; fi
            ;;
        credential) stage_credential "$first" "$second" ;;
        log) logs+=("$first") ;;
        upgrade) read -ra upgrade <<< "$first $second $rest" ;;
        service)
            service=$first
            services+=("$first")
            rules_of[$first]=""
            ;;
        end) ended=yes ;;
        *) refuse "the manifest has an unknown block: $1" ;;
    esac
}

stage_file() { # PATH MODE
    [[ $1 == *@* ]] && return
    files+=("$1")
    mode_of[$1]=$2
    make_parents "$work/staged$1"
    : > "$work/staged$1"
    chmod "$2" "$work/staged$1"
}

stage_credential() { # PATH NAME
    stage_file "$1" 0600
    used_credentials+=("$2")
    credential "$2" > "$work/staged$1" || end_explained
}

rules() { # SERVICE KEYWORD: prints the arguments of each such line
    sed -n "s/^$2 //p" <<< "${rules_of[$1]}"
}

# For uninstall to remove them.
remember_logs() {
    local log
    local -a known
    read_list "$STATE/logs" known
    for log in "${logs[@]}"; do
        contains "$log" "${known[@]}" || {
            write_list "$STATE/logs" "${known[@]}" "${logs[@]}"
            return
        }
    done
}
