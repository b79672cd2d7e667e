#!/bin/bash
# Prints what there is to know about this host as a load-balancer host, one fact a line: a keyword, then words. Changes
# nothing, asks for nothing, and never prints what is in a file. Texts that may hold spaces are the rest of their line
# or base64, so that no reader has to guess. components/inspection/report.ts reads it.
#
#   --address ADDRESS          the host's own address, by which its interface is found
#   --vip INSTANCE=ADDRESS     a virtual IP and its VRRP instance; this and the four that follow may be given any number
#                              of times
#   --service NAME             a systemd service of the load balancer
#   --package NAME             a Debian package whose version is of interest
#   --listener ADDRESS:PORT    a port of a VIP to connect to; the first one is the Kubernetes API's
#   --server ADDRESS:PORT      an API server to connect to
#   --announced-table TABLE    the kernel's table of what BIRD announces, where VIPs are announced by BGP
#   --vrrp-configuration FILE  where the instances are configured
#   --status-port PORT         where the proxy answers with its checksum
#   --status-protocol PROTOCOL how: banner (at once) or http (when asked)
#   --since TIME               also the journal of the services, from a time journalctl understands
set -uo pipefail
. prelude
. lib/environment.sh
. lib/log.sh
. lib/mask.sh
. lib/statusPort.sh
. lib/addresses.sh

# A healthy API server answers in milliseconds.
readonly PATIENCE=1.5
readonly JOURNAL_LINES=500
# With no server there all of them must be given up before the whole is.
readonly AT_ONCE=25

fact() { printf '%s\n' "$*"; }
encode() { base64 -w0; }

. inspect/options.sh
. inspect/later.sh
. inspect/connections.sh
. inspect/services.sh
. inspect/vips.sh
. inspect/announcements.sh
. inspect/host.sh
. inspect/firewalls.sh

read_options "$@"
for listener in "${listeners[@]:0:1}"; do later probe listener "$listener"; done
later connect_all "${listeners[@]:1}"
for server in "${servers[@]}"; do later probe server "$server"; done
later tell_journal

fact inspection 3
fact time "$(date +%s.%3N)"
tell_tools
tell_interface
tell_vips
if [[ -n $announced_table ]]; then tell_announcements; fi
if [[ -r $RUN/proxy-down ]]; then fact proxy-down "$(cat "$RUN/proxy-down")"; fi
tell_room
tell_default_route
tell_firewalls
tell_services
tell_answer
tell_packages
tell_files
print_what_ran_beside
tell_neighbours
fact end
