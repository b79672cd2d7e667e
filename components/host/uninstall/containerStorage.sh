# shellcheck shell=bash
# After the packages went: what an engine that came with us, and went with us, has stored. Packages leave it where it
# is, also when purged.
remove_container_storage() { # the packages that went
    local folders=()
    if [[ " $* " == *" podman "* ]]; then
        folders+=(/run/containers /run/libpod /run/crun)
        was_absent /var/lib/containers && folders+=(/var/lib/containers)
        rm -f /etc/cni/net.d/cni.lock
        rmdir --parents --ignore-fail-on-non-empty /etc/cni/net.d 2> /dev/null || true
    fi
    if [[ " $* " == *" docker.io "* ]]; then
        folders+=(/run/docker)
        was_absent /var/lib/docker && folders+=(/var/lib/docker)
        if [[ -e $STATE/docker-key ]]; then rm -f /etc/docker/key.json; fi
        # Not one that was changed since.
        if [[ -e $STATE/docker-limited ]] && cmp -s "$STATE/docker-limited" /etc/docker/daemon.json; then
            rm -f /etc/docker/daemon.json
        fi
        rmdir --ignore-fail-on-non-empty /etc/docker 2> /dev/null || true
    fi
    if [[ " $* " == *" containerd "* ]]; then
        folders+=(/run/containerd)
        was_absent /var/lib/containerd && folders+=(/var/lib/containerd)
    fi
    # Engines mount their storage on itself; the innermost goes first.
    local folder mount mode
    for folder in "${folders[@]}"; do
        [[ -d $folder ]] || continue
        while read -r mount; do
            umount "$mount" 2> /dev/null || true
        done < <(awk -v folder="$folder/" 'index($5, folder) == 1 {print $5}' /proc/self/mountinfo | sort -r)
        # Not the folder itself where it is a mount point, such as a disk of its own.
        find "$folder" -xdev -mindepth 1 -delete
        rmdir "$folder" 2> /dev/null || true
        # One that was there stays, as it was: engines change its mode.
        mode=$(awk -v folder="$folder" '$2 == folder { print $1 }' "$STATE/folders.modes" 2> /dev/null) || mode=""
        if [[ -n $mode && -d $folder ]]; then chmod "$mode" "$folder"; fi
    done
}
