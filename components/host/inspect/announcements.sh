# shellcheck shell=bash
# What this host announces by BGP, and whether the routers hear it.

tell_announcements() {
    local vip address
    for vip in "${vips[@]}"; do
        address=${vip#*=}
        if is_announced "$address" "$announced_table"; then fact announced "$address"; fi
    done
    # The state of a session is what BGP says of it (Established), else that of the protocol.
    birdc -r show protocols 2> /dev/null | awk '$2 == "BGP" { print "bgp", $1, (NF > 5 ? $6 : $4) }'
    birdc -r show bfd sessions 2> /dev/null | awk '$1 ~ /[.:]/ && $1 !~ /:$/ && NF > 4 { print "bfd", $1, $3 }'
}
