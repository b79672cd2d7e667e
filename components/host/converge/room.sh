# shellcheck shell=bash
# Whether every disk that gets something has room for it, asked before anything is changed.

# Prints one existing folder for each file system that is written to.
file_systems() { # FOLDER ...
    local -A existing=() first_on=()
    local path device place
    for path in "$@"; do
        while [[ ! -d ${path:-/} ]]; do path=${path%/*}; done
        existing[${path:-/}]=yes
    done
    while read -r device place; do
        first_on[$device]=$place
    done < <(stat --format '%d %n' "${!existing[@]}" | sort -k 1,1 -k 2r)
    printf '%s\n' "${first_on[@]}"
}

# Prints "PATH has N kB free, and M kB are needed" where that is so.
shortage_at() { # FOLDER KILOBYTES INODES
    local free size inodes free_inodes free_kb
    # What root may use. Some file systems make inodes as they need them, and say that there are none.
    read -r free size inodes free_inodes < <(stat --file-system --format '%f %S %c %d' "$1")
    free_kb=$((free * size / 1024))
    if ((free_kb < $2)); then
        echo "$1 has $free_kb kB free, and $2 kB are needed"
    elif ((inodes > 0 && free_inodes < $3)); then
        echo "$1 has room for $free_inodes more files, and $3 are needed"
    fi
}

check_room() { # MANIFEST
    local -A folders=()
    local count=0 needed_kb needed_inodes path place short=""
    while IFS= read -r path; do
        folders[${path%/*}]=yes
        count=$((count + 1))
    done < <(sed -nE 's/^==== (file|credential) ([^ ]+).*/\2/p' <<< "$1")
    # Of each file there may be four at a time: staged, checked, beside the one it replaces, and that one; each fills
    # its last block.
    needed_kb=$((4 * (${#1} / 1024 + 4 * count) + SPARE_KB))
    needed_inodes=$((4 * count + SPARE_INODES))
    while IFS= read -r place; do
        short+=$(shortage_at "$place" "$needed_kb" "$needed_inodes" | sed 's/$/; /')
    done < <(file_systems "$STATE" "$RUN" "${!folders[@]}")
    [[ -z $short ]] || refuse "there is no room for the new configuration: ${short%; }." \
        "Nothing was changed. Make room and run again."
}
