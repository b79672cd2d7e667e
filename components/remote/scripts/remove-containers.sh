# Functions of the uninstall program for a proxy that ran in a container. They use `say` and STATE of the script they are part of.
# shellcheck shell=bash disable=SC2154

# Before the packages go: our container, and the images that were not there before us.
remove_images() {
    local runtime image
    [[ -e $STATE/images ]] || return 0
    while read -r runtime image; do
        command -v "$runtime" > /dev/null || continue
        "$runtime" rm --force ha-api-nginx > /dev/null 2>&1 || true
        if "$runtime" image rm "$image" > /dev/null 2>&1; then say "removed $image"; fi
    done < <(sort -u "$STATE/images")
    rm -f "$STATE/images"
    rm -rf /var/log/ha-api-nginx
}

# After the packages went: what an engine that came with us has stored. Packages leave it where it is, also when they are purged.
remove_container_storage() { # RUNTIME, one that was not there before us
    local folders=()
    case $1 in
        podman) folders=(/var/lib/containers /run/containers /run/libpod /run/crun) ;;
        docker) folders=(/var/lib/docker /var/lib/containerd /run/docker /run/containerd) ;;
    esac
    # Engines mount their storage on itself; the innermost goes first.
    local folder mount
    for folder in "${folders[@]}"; do
        [[ -d $folder ]] || continue
        while read -r mount; do umount "$mount" 2> /dev/null || true; done < <(awk -v folder="$folder/" 'index($5, folder) == 1 {print $5}' /proc/self/mountinfo | sort -r)
        # Not the folder itself where it is a mount point, such as a disk of its own.
        find "$folder" -xdev -mindepth 1 -delete
        rmdir "$folder" 2> /dev/null || true
    done
    if [[ $1 == podman ]]; then rm -f /etc/cni/net.d/cni.lock; rmdir --parents --ignore-fail-on-non-empty /etc/cni/net.d 2> /dev/null || true; fi
    if [[ $1 == docker && -e $STATE/docker-key ]]; then rm -f /etc/docker/key.json; rmdir --ignore-fail-on-non-empty /etc/docker 2> /dev/null || true; fi
    if [[ $1 == docker && -e $STATE/docker-limited ]]; then rm -f /etc/docker/daemon.json; rmdir --ignore-fail-on-non-empty /etc/docker 2> /dev/null || true; fi
    if [[ $1 == docker && -e $STATE/docker-group ]]; then groupdel docker 2> /dev/null || true; fi
}
