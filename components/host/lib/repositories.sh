# shellcheck shell=bash
# Repositories of packages beside the distribution's. One that a host uses has a file of its name in $STATE; what the
# owner had in place of its files is in $STATE/sources.

# Prints "NAME PACKAGE FILE ..." for each that some configuration of ours may have made this host use.
known_repositories() { cat "$STATE/repositories" 2> /dev/null || true; }

# The owner's files, or none.
restore_sources() { # FILE ...
    local path
    for path in "$@"; do
        if [[ -e $STATE/sources$path ]]; then cp -a "$STATE/sources$path" "$path"; else rm -f "$path"; fi
    done
}
