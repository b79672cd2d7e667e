# shellcheck shell=bash
# Whether the load balancer's ports, and the API servers behind it, can be connected to from here.

# KEYWORD ADDRESS:PORT connected | failed REASON; then, where openssl or curl is, `http` with the status of /readyz and
# `certificate`.
probe() { # KEYWORD ADDRESS:PORT
    local output="" certificate="" http=""
    if command -v openssl > /dev/null; then
        output=$(readyz_by_openssl "$2")
        certificate=$(certificate_in "$output")
        http=$(sed -nE 's#^HTTP/[0-9.]+ ([0-9]{3}).*#\1#p; /^HTTP/q' <<< "$output")
    fi
    if [[ $output != CONNECTED* ]] && ! connect "$@"; then return; fi
    fact "$1" "$2" connected
    if [[ -z $http ]] && command -v curl > /dev/null; then http=$(readyz_by_curl "$2"); fi
    if [[ -n $http ]]; then fact http "$2" "$http"; fi
    if [[ -n $certificate ]]; then fact certificate "$2" "$(encode <<< "$certificate")"; fi
}

# One connection for the answer and the certificate. HTTP 1.0, so that the server ends it.
readyz_by_openssl() { # ADDRESS:PORT
    printf 'GET /readyz HTTP/1.0\r\nHost: %s\r\n\r\n' "${1%:*}" \
        | timeout "$PATIENCE" openssl s_client -connect "$1" -ign_eof 2> /dev/null
}

readyz_by_curl() { # ADDRESS:PORT
    curl --insecure --silent --output /dev/null --max-time "$PATIENCE" --write-out '%{http_code}' "https://$1/readyz"
}

# The first one: the server's own.
certificate_in() { # TEXT
    sed -n '/^-----BEGIN CERTIFICATE-----/,/^-----END CERTIFICATE-----/p; /^-----END CERTIFICATE-----/q' <<< "$1"
}

connect() { # KEYWORD ADDRESS:PORT: says why it failed
    local output status=0
    # shellcheck disable=SC2016
    output=$(timeout "$PATIENCE" bash -c 'exec 3<> "/dev/tcp/$0/$1"' "$(address_of "$2")" "$(port_of "$2")" 2>&1) \
        || status=$?
    case $status in
        0) return 0 ;;
        124) fact "$1" "$2" failed "no answer within $PATIENCE s" ;;
        *)
            output=${output##*$'\n'}
            fact "$1" "$2" failed "${output##*: }"
            ;;
    esac
    return 1
}

# Further listeners need not speak TLS, and a hundred handshakes at once would keep a host from answering keepalived's
# check in time.
connect_all() { # ADDRESS:PORT ...: some at once
    local listener started=0
    for listener in "$@"; do
        { if connect listener "$listener"; then fact listener "$listener" connected; fi; } &
        if ((++started % AT_ONCE == 0)); then wait; fi
    done
    wait
}
