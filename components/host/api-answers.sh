#!/bin/bash
# Succeeds when the Kubernetes API answers through this host's proxy and through each VIP that this host holds. The
# first argument is the VIPs, joined by commas; the second is the port. Any answer will do: whether an API server is
# ready is the proxy's business. The server's certificate is not checked, since nothing is told and nothing believed
# here.
. lib/addresses.sh

must_answer() { # ADDRESS PORT
    local url
    url=https://$(bracketed "$1"):$2/
    curl --silent --insecure --max-time 2 --output /dev/null "$url" && return 0
    echo "no answer from $url" >&2
    exit 1
}

must_answer 127.0.0.1 "$2"
IFS=, read -ra vips <<< "$1"
for vip in "${vips[@]}"; do
    if has_address "$vip"; then must_answer "$vip" "$2"; fi
done
