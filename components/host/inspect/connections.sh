# shellcheck shell=bash
# KEYWORD HOST:PORT connected | failed REASON; then, where openssl or curl is, `http` with the status of /readyz and `certificate`.
probe() { # KEYWORD HOST:PORT
    local said="" certificate http
    if command -v openssl > /dev/null; then
        # One connection for both. HTTP 1.0, so that the server ends it.
        said=$(printf 'GET /readyz HTTP/1.0\r\nHost: %s\r\n\r\n' "${2%:*}" | timeout "$PATIENCE" openssl s_client -connect "$2" -ign_eof 2> /dev/null)
        certificate=$(sed -n '/^-----BEGIN CERTIFICATE-----/,/^-----END CERTIFICATE-----/p; /^-----END CERTIFICATE-----/q' <<< "$said")
        http=$(sed -nE 's#^HTTP/[0-9.]+ ([0-9]{3}).*#\1#p; /^HTTP/q' <<< "$said")
    fi
    if [[ $said != CONNECTED* ]] && ! connect "$@"; then return; fi
    fact "$1" "$2" connected
    if [[ -z ${http:-} ]] && command -v curl > /dev/null; then
        http=$(curl --insecure --silent --output /dev/null --max-time "$PATIENCE" --write-out '%{http_code}' "https://$2/readyz")
    fi
    if [[ -n ${http:-} ]]; then fact http "$2" "$http"; fi
    if [[ -n ${certificate:-} ]]; then fact certificate "$2" "$(encode <<< "$certificate")"; fi
}

connect() { # KEYWORD HOST:PORT: says why it failed
    local said status=0
    # shellcheck disable=SC2016
    said=$(timeout "$PATIENCE" bash -c 'exec 3<> "/dev/tcp/$0/$1"' "$(host_of "$2")" "${2##*:}" 2>&1) || status=$?
    case $status in
        0) return 0 ;;
        124) fact "$1" "$2" failed "no answer within $PATIENCE s" ;;
        *)
            said=${said##*$'\n'}
            fact "$1" "$2" failed "${said##*: }"
            ;;
    esac
    return 1
}

journal() {
    if [[ -z $since ]]; then return; fi
    local said service units=()
    for service in "${services[@]}"; do units+=(--unit "$service"); done
    if said=$(journalctl --quiet --no-pager "${units[@]}" --since "$since" --lines "$JOURNAL_LINES" \
        --output json --output-fields MESSAGE,_SYSTEMD_UNIT,UNIT,_SOURCE_REALTIME_TIMESTAMP 2>&1); then
        if [[ -n $said ]]; then echo "journal ${said//$'\n'/$'\n'journal }"; fi
    else fact journal-failed "$said"; fi
}
