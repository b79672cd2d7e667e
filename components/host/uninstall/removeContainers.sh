# shellcheck shell=bash
# Functions of the uninstall program for a proxy that ran in a container. They use `say`, STATE and what removable.sh
# has.

# Before the packages go: our container, and the images that were not there before us. Not those that somebody's
# container is made of.
remove_images() {
    local runtime image name logs
    if [[ -e $STATE/images ]]; then
        while read -r runtime image; do
            command -v "$runtime" > /dev/null || continue
            while read -r name _; do
                "$runtime" rm --force "$name" > /dev/null 2>&1 < /dev/null || true
            done < <(known_containers)
            if "$runtime" image rm "$image" > /dev/null 2>&1; then say "removed $image"; fi
        done < <(sort -u "$STATE/images")
        rm -f "$STATE/images"
    fi
    while read -r _ logs; do rm -rf "$logs"; done < <(known_containers)
    # A Docker of the owner's that did not run when we came.
    if [[ -e $STATE/docker-started && -z $(docker ps --quiet 2> /dev/null) ]] \
        && ! grep -qxF docker.io "$STATE/packages"; then
        systemctl stop docker || true
    fi
}

# Prints "NAME LOGS" for each that some configuration of ours may have run; LOGS is a folder.
known_containers() { cat "$STATE/containers" 2> /dev/null || true; }

# Engines that came with us, and that others use by now.
spare_engines() {
    local use
    if [[ -n ${may_go[docker.io]:-} ]]; then
        use=$(use_of docker)
        if [[ -n $use ]]; then
            spare docker.io "$use"
            spare docker-cli "$use"
        fi
    fi
    if [[ -n ${may_go[podman]:-} ]]; then
        use=$(use_of podman)
        [[ -z $use ]] || spare podman "$use"
    fi
    if [[ -n ${may_go[containerd]:-} ]]; then
        use=$(use_of_containerd)
        [[ -z $use ]] || spare containerd "$use"
    fi
}

use_of() { # docker|podman: what of others it has, in words; nothing when there is nothing
    local what ids home
    command -v "$1" > /dev/null || return 0
    if [[ $1 == docker ]]; then systemctl start docker > /dev/null 2>&1 || true; fi
    for what in container image volume network; do
        case $1-$what in
            podman-container) ids=$(podman ps --all --external --quiet 2> /dev/null) ;;
            podman-network) ids=$(podman network ls --format '{{.Name}}' 2> /dev/null | sed '/^podman$/d') ;;
            docker-network) ids=$(docker network ls --filter type=custom --quiet 2> /dev/null) ;;
            *-container) ids=$("$1" ps --all --quiet 2> /dev/null) ;;
            *-image) ids=$("$1" image ls --all --quiet 2> /dev/null) ;;
            *-volume) ids=$("$1" volume ls --quiet 2> /dev/null) ;;
        esac || {
            echo "because it does not say which ${what}s it has"
            return 0
        }
        if [[ -n $ids ]]; then
            echo "because it has $([[ $what == image ]] && echo an || echo a) $what that is not ours"
            return 0
        fi
    done
    [[ $1 == podman ]] || return 0
    while IFS= read -r home; do
        if [[ -d $home/.local/share/containers/storage ]]; then
            echo "because the owner of $home uses it"
            return 0
        fi
    done < <(getent passwd | cut -d: -f6 | sort -u)
}

use_of_containerd() {
    local namespace
    if command -v kubelet > /dev/null || [[ -n $(ls -A /var/lib/kubelet 2> /dev/null) ]]; then
        echo "because a kubelet is on this machine"
        return 0
    fi
    command -v ctr > /dev/null || return 0
    systemctl start containerd > /dev/null 2>&1 || true
    while IFS= read -r namespace; do
        if [[ -n $namespace && -n $(
            ctr --namespace "$namespace" containers list --quiet
            ctr --namespace "$namespace" images list --quiet
        ) ]]; then
            echo "because it has a container or an image that is not ours"
            return 0
        fi
    done < <(ctr namespaces list --quiet 2> /dev/null || echo moby)
}

. uninstall/containerStorage.sh
