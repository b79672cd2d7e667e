#!/bin/bash
# Succeeds when the Kubernetes API answers through this host's proxy and, where this host holds the VIP (first argument), through the VIP;
# the second argument is the port. Any answer will do: whether an API server is ready is the proxy's business. The server's certificate is
# not checked, since nothing is told and nothing believed here.
answers() { curl --silent --insecure --max-time 2 --output /dev/null "https://$1:$2/"; }

answers 127.0.0.1 "$2" || {
    echo "no answer from https://127.0.0.1:$2/" >&2
    exit 1
}
if ip -o -4 address show to "$1/32" | grep -q .; then
    answers "$1" "$2" || {
        echo "no answer from https://$1:$2/" >&2
        exit 1
    }
fi
