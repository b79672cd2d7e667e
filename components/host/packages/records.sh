# shellcheck shell=bash
# What was on the host before our packages came, for uninstall to tell theirs from others'.

# What packages of services leave on the host when they are purged, "PATH [PACKAGE]" (not while PACKAGE is there), is on
# record for uninstall; so is what of it, and of the folders around it, was not there before.
remember_leftovers() {
    local path package folder
    while read -r path package; do
        if [[ -z $path ]] || grep -qsxF -- "$path${package:+ $package}" "$STATE/leftovers"; then continue; fi
        folder=$path
        while [[ ! -e $folder ]]; do
            echo "$folder" >> "$STATE/folders.absent"
            folder=${folder%/*}
        done
        echo "$path${package:+ $package}" >> "$STATE/leftovers"
    done < <(printf '%s\n' "${leftovers[@]}")
}

# Container engines keep their data there, and leave it.
readonly ENGINE_FOLDERS=(/var/lib/docker /var/lib/containerd /var/lib/containers)

# Those of them that are absent or empty.
absent_folders() {
    local folder
    for folder in "${ENGINE_FOLDERS[@]}"; do [[ -n $(ls -A "$folder" 2> /dev/null) ]] || echo "$folder"; done
}

# Packages make users and groups for their services, and most leave them when they are purged.
accounts() { {
    getent passwd | sed 's/:.*//; s/^/user /'
    getent group | sed 's/:.*//; s/^/group /'
} | sort -u; }

# Services that come are ours to disable; those that were there are given back as they were found.
units() {
    { systemctl list-unit-files --no-legend --plain --type service,socket,timer,path 2> /dev/null || true; } \
        | awk '{print $1}' | sort -u
}
