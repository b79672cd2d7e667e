# shellcheck shell=bash
# Folders that were not there before us go with us; one that was there stays, also when it was empty.

# A folder is on record before it is there.
make_folder() { # PATH
    # "0", because in a trap the status would be that of what the trap was for.
    [[ -d ${1:-/} ]] && return 0
    make_folder "${1%/*}"
    local -a folders
    read_list "$STATE/folders" folders
    write_list "$STATE/folders" "${folders[@]}" "$1"
    mkdir "$1"
}

# Of those we made, the innermost first.
remove_empty_folders() {
    local folder
    local -a folders left=()
    read_list "$STATE/folders" folders
    ((${#folders[@]} > 0)) || return 0
    while IFS= read -r folder; do
        if ! rmdir "$folder" 2> /dev/null && [[ -d $folder ]]; then left+=("$folder"); fi
    done < <(printf '%s\n' "${folders[@]}" | sort -r)
    if ((${#left[@]} < ${#folders[@]})); then write_list "$STATE/folders" "${left[@]}"; fi
}
