# shellcheck shell=bash
# The services of the load balancer: whether they run, since when, in which version, and what they say.

# systemd counts from the boot, and words its dates by the host's settings.
tell_services() {
    local booted service shown stopped
    booted=$(awk -v now="$(date +%s.%3N)" '{printf "%.3f", now - $1}' /proc/uptime)
    for service in "${services[@]}"; do
        shown=$(systemctl show "$service" \
            --property LoadState,ActiveState,SubState,ActiveEnterTimestampMonotonic,NRestarts,MainPID 2> /dev/null)
        awk -F= -v service="$service" -v booted="$booted" '{ value[$1] = $2 }
            END {
                since = value["ActiveState"] == "active" ? booted + value["ActiveEnterTimestampMonotonic"] / 1000000 : 0
                printf "service %s %s %s %s %s %.3f\n", service, value["LoadState"], value["ActiveState"],
                    value["SubState"], value["NRestarts"], since
            }' <<< "$shown"
        stopped=""
        if [[ $shown =~ MainPID=([0-9]+) ]]; then stopped_of "${BASH_REMATCH[1]}"; fi
        if [[ -n $stopped ]]; then fact stopped "$service" "$stopped"; fi
    done
}

# Of a process and all it started, those that are stopped (SIGSTOP): systemd calls them active.
stopped_of() { # PID: adds to `stopped`
    local pid=$1 stat child children
    [[ -n $pid && $pid != 0 ]] && read -r stat 2> /dev/null < "/proc/$pid/stat" || return
    if [[ ${stat##*) } == [Tt]" "* ]]; then stopped+="$pid "; fi
    read -r children 2> /dev/null < "/proc/$pid/task/$pid/children"
    for child in ${children:-}; do stopped_of "$child"; done
}

tell_packages() {
    ((${#packages[@]} > 0)) || return 0
    dpkg-query --show --showformat '${db:Status-Status} package ${Package} ${Version}\n' "${packages[@]}" 2> /dev/null \
        | sed -n 's/^installed //p'
}

# What the proxy says of the configuration that it runs.
tell_answer() {
    local answer
    answer=$(status_answer 127.0.0.1 "$status_port" "$status_protocol")
    if [[ -n $answer ]]; then fact answer "$answer"; fi
}

tell_journal() {
    if [[ -z $since ]]; then return; fi
    local output service units=()
    for service in "${services[@]}"; do units+=(--unit "$service"); done
    if output=$(journalctl --quiet --no-pager "${units[@]}" --since "$since" --lines "$JOURNAL_LINES" \
        --output json --output-fields MESSAGE,_SYSTEMD_UNIT,UNIT,_SOURCE_REALTIME_TIMESTAMP 2>&1); then
        if [[ -n $output ]]; then echo "journal ${output//$'\n'/$'\n'journal }"; fi
    else fact journal-failed "$output"; fi
}
