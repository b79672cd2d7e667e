#!/bin/bash
# Prints what there is to know about this host as a load-balancer host, one fact a line: a keyword, then words. Changes nothing, asks for
# nothing, and never prints what is in a file. Texts that may hold spaces are the rest of their line or base64, so that nobody has to guess.
# components/inspection/report.ts reads it.
#
#   --address ADDRESS         the host's own address, by which its interface is found
#   --vip INSTANCE=ADDRESS    a virtual IP and its VRRP instance; this and the options that follow may be given any number of times
#   --service NAME            a systemd service of the load balancer
#   --package NAME            a Debian package whose version is of interest
#   --listener ADDRESS:PORT   a port of a VIP to connect to; the first one is the Kubernetes API's
#   --server ADDRESS:PORT     an API server to connect to
#   --vrrp-configuration FILE where the instances are configured
#   --status-port PORT        where the proxy answers with its checksum; --status-protocol how: banner (at once) or http (when asked)
#   --since TIME              also the journal of the services, from a time journalctl understands
set -uo pipefail
. prelude
. lib/environment.sh
. lib/log.sh
. lib/mask.sh
. lib/statusPort.sh

# An API server that is well answers in milliseconds.
readonly PATIENCE=1.5
readonly JOURNAL_LINES=500
# With nobody there all of them must be given up before the whole is.
readonly AT_ONCE=25

fact() { printf '%s\n' "$*"; }
encode() { base64 -w0; }

address="" vrrp_configuration="" status_port="" status_protocol=banner since="" vips=() services=() packages=() listeners=() servers=()
while (($# > 1)); do
    case $1 in
        --address) address=$2 ;;
        --vip) vips+=("$2") ;;
        --service) services+=("$2") ;;
        --package) packages+=("$2") ;;
        --vrrp-configuration) vrrp_configuration=$2 ;;
        --status-port) status_port=$2 ;;
        --status-protocol) status_protocol=$2 ;;
        --listener) listeners+=("$2") ;;
        --server) servers+=("$2") ;;
        --since) since=$2 ;;
        *)
            say "inspect does not know $1"
            exit 64
            ;;
    esac
    shift 2
done

# --- connections: each in a process of its own, read in order when they are done ---------------------------------------------------------

# An IPv6 address is in brackets before its port.
host_of() {
    local host=${1%:*}
    host=${host#[}
    printf %s "${host%]}"
} # HOST:PORT

. inspect/connections.sh

reads=()
later() { # COMMAND: runs beside the others
    local descriptor
    exec {descriptor}< <("$@")
    reads+=("$descriptor")
}

# Further listeners need not speak TLS, and a hundred handshakes at once would keep a host from answering keepalived's check in time.
connect_all() { # HOST:PORT ...: some at once
    local listener started=0
    for listener in "$@"; do
        { if connect listener "$listener"; then fact listener "$listener" connected; fi; } &
        if ((++started % AT_ONCE == 0)); then wait; fi
    done
    wait
}

# The first one is the API's.
for listener in "${listeners[@]:0:1}"; do later probe listener "$listener"; done
later connect_all "${listeners[@]:1}"
for server in "${servers[@]}"; do later probe server "$server"; done
later journal

# --- this host ---------------------------------------------------------------------------------------------------------------------------

fact inspection 2
fact time "$(date +%s.%3N)"
for tool in openssl curl; do
    if command -v "$tool" > /dev/null; then fact tool "$tool"; fi
done

interface_of() { ip -o -4 address show to "$1/32" | awk '{print $2; exit}'; }
interface=$(interface_of "$address")
if [[ -n $interface ]]; then fact interface "$interface"; fi
for vip in "${vips[@]}"; do
    instance=${vip%%=*} state=$VRRP_STATES/${vip%%=*}
    fact vip "$instance"
    holds=$(interface_of "${vip#*=}")
    if [[ -n $holds ]]; then fact holds "$instance" "$(cat "/sys/class/net/$holds/address")" "$holds"; fi
    if [[ -r $state ]]; then fact vrrp-state "$instance" "$(stat --format %.3Y "$state")" "$(cat "$state")"; fi
done
if [[ -r $RUN/proxy-down ]]; then fact proxy-down "$(cat "$RUN/proxy-down")"; fi
if [[ -r $vrrp_configuration ]]; then awk '$1 == "vrrp_instance" {instance = $2} $1 == "priority" || $1 == "virtual_router_id" {print $1, instance, $2}' "$vrrp_configuration"; fi

# Room on each file system that the load balancer writes to, once: what others than root may use, and all of it, in kB; inodes free and all.
places=(/ /var /var/log /etc /run /tmp)
awk 'NR == FNR { device[$2] = $1; next } !(device[$6] in shown) { shown[device[$6]] = 1; printf "space %s %d %d %s %s\n", $6, $1 * $3 / 1024, $2 * $3 / 1024, $4, $5 }' \
    <(stat --format '%d %n' "${places[@]}" 2> /dev/null) <(stat --file-system --format '%a %b %S %d %c %n' "${places[@]}" 2> /dev/null)

# A host that had a default route when it was configured last needs it.
if [[ -n $(ip -4 route show default) ]]; then
    fact default-route there
elif [[ -e $STATE/default-route ]]; then fact default-route gone; fi

# Of a process and all it started, those that somebody has stopped (SIGSTOP): systemd calls them active.
stopped_of() { # PID
    local pid=$1 stat child children
    [[ -n $pid && $pid != 0 ]] && read -r stat 2> /dev/null < "/proc/$pid/stat" || return
    if [[ ${stat##*) } == [Tt]" "* ]]; then stopped+="$pid "; fi
    read -r children 2> /dev/null < "/proc/$pid/task/$pid/children"
    for child in ${children:-}; do stopped_of "$child"; done
}

# systemd counts from the boot, and words its dates by the host's settings.
booted=$(awk -v now="$(date +%s.%3N)" '{printf "%.3f", now - $1}' /proc/uptime)
for service in "${services[@]}"; do
    shown=$(systemctl show "$service" --property LoadState,ActiveState,SubState,ActiveEnterTimestampMonotonic,NRestarts,MainPID 2> /dev/null)
    awk -F= -v service="$service" -v booted="$booted" '{value[$1] = $2} END {
            printf "service %s %s %s %s %s %.3f\n", service, value["LoadState"], value["ActiveState"], value["SubState"], value["NRestarts"],
                value["ActiveState"] == "active" ? booted + value["ActiveEnterTimestampMonotonic"] / 1000000 : 0 }' <<< "$shown"
    stopped=""
    if [[ $shown =~ MainPID=([0-9]+) ]]; then stopped_of "${BASH_REMATCH[1]}"; fi
    if [[ -n $stopped ]]; then fact stopped "$service" "$stopped"; fi
done
answer=$(status_answer 127.0.0.1 "$status_port" "$status_protocol")
if [[ -n $answer ]]; then fact answer "$answer"; fi
((${#packages[@]} == 0)) || dpkg-query --show --showformat '${db:Status-Status} package ${Package} ${Version}\n' "${packages[@]}" 2> /dev/null | sed -n 's/^installed //p'

if [[ -r $STATE/managed ]]; then
    fact managed
    while IFS= read -r path; do
        if [[ -z $path ]]; then
            continue
        elif [[ -f $path ]]; then
            read -r checksum _ < <(masked "$path" | sha256sum)
            fact file "$(stat --format %a "$path")" "$checksum" "$path"
        else fact missing "$path"; fi
    done < "$STATE/managed"
fi

# --- what the connections came to --------------------------------------------------------------------------------------------------------

for descriptor in "${reads[@]}"; do cat <&"$descriptor"; done
# After the connection to a VIP, which makes this host look for its holder.
for vip in "${vips[@]}"; do
    ip -4 neigh show to "${vip#*=}" | awk -v instance="${vip%%=*}" \
        '{for (i = 1; i < NF; i++) if ($i == "lladdr") {print "neighbour", instance, $(i + 1), $NF; exit}}'
done
fact end
