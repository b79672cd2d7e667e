# shellcheck shell=bash
# Lists that a run keeps on the host, a line each.

# The list is whole, or it is the one before: the new one is on the disk when it takes its place. The same lines make
# the same list, in whichever order they came.
write_list() { # FILE [LINE ...]
    local file=$1 text=""
    shift
    if (($# > 0)); then text=$(printf '%s\n' "$@" | sort -u)$'\n'; fi
    printf %s "$text" > "$STATE/.new" && sync "$STATE/.new" && mv -f "$STATE/.new" "$file"
}

read_list() { # FILE VARIABLE
    if [[ -e $1 ]]; then mapfile -t "$2" < <(sed '/^$/d' "$1"); else mapfile -t "$2" < /dev/null; fi
}

contains() { # WORD [WORD ...]: whether the first is among the others
    local wanted=$1 word
    shift
    for word in "$@"; do [[ $word == "$wanted" ]] && return 0; done
    return 1
}
