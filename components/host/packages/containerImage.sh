# shellcheck shell=bash
# Functions of the packages step for a proxy that runs in a container. They use `say`, `refuse` and STATE of the script
# they are part of, and write down in "$STATE/images" which images are ours, one "RUNTIME IMAGE" a line.

# Before Docker is installed for us. It then does what is needed here, which is less than usual: a host that is given
# back must not have got a bridge, packet filter rules and a FORWARD policy of "drop" for it. A Docker that is there
# stays as it is.
limit_docker() {
    if command -v docker > /dev/null; then return 0; fi
    # Docker makes itself a key at its first start.
    [[ -e /etc/docker/key.json ]] || touch "$STATE/docker-key"
    [[ ! -e /etc/docker/daemon.json ]] || return 0
    mkdir -p /etc/docker
    echo '{"bridge": "none", "iptables": false, "ip6tables": false, "ip-forward": false}' > "$STATE/docker-limited"
    install -m 0644 "$STATE/docker-limited" /etc/docker/daemon.json
}

# Never pull an image that exists again: a moved tag would be a change that no preview showed.
pull_image() { # RUNTIME IMAGE
    local output
    if [[ $1 == docker ]]; then
        systemctl is-active --quiet docker || touch "$STATE/docker-started"
        systemctl start docker || refuse "Docker does not start; see: systemctl status docker"
    fi
    if "$1" image inspect "$2" > /dev/null 2>&1; then
        say "the image is there: $2"
    else
        # Written down first: if this is cut short, what is there of it is ours all the same.
        echo "$1 $2" >> "$STATE/images"
        output=$(timeout 900 "$1" pull --quiet "$2" 2>&1) || refuse "the image $2 could not be pulled: $output"
        say "pulled $2"
    fi
    forget_images "$1" "$2"
}

# Images of earlier configurations go. The one that is still in use, until the configuration step restarts the proxy,
# goes the next time.
forget_images() { # RUNTIME IMAGE: the one that stays
    local runtime image
    [[ -e $STATE/images ]] || return 0
    while read -r runtime image; do
        if [[ "$runtime $image" != "$1 $2" ]]; then
            "$runtime" image inspect "$image" > /dev/null 2>&1 || continue
            if "$runtime" image rm "$image" > /dev/null 2>&1; then
                say "removed $image"
                continue
            fi
        fi
        echo "$runtime $image"
    done < <(sort -u "$STATE/images") > "$STATE/images.new"
    sync "$STATE/images.new"
    mv "$STATE/images.new" "$STATE/images"
}
