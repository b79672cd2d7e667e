# shellcheck shell=bash
# Who listens on the ports of a service.

# Prints "PROTOCOL PORT ADDRESS BOUND LOCAL-ADDRESS:PORT PROGRAM" (BOUND is an address, or * for all) for every socket
# that is in the way of one of the service's listeners, or is one. All of them in one look: with a hundred listeners a
# look for each takes seconds.
listeners() { # SERVICE [any-address]
    local ports
    ports=$(rules "$1" port)
    [[ -n $ports ]] || return 0
    awk -v any="${2:-}" '
        NR == FNR { wanted[$1, $2] = wanted[$1, $2] " " $3; next }
        {
            port = $5; sub(".*:", "", port)
            if (!(($1, port) in wanted)) next
            address = $5; sub(":" port "$", "", address); gsub("[][]|%.*", "", address)
            if (address ~ /^127\./ || address == "::1") next
            if (address == "0.0.0.0" || address == "::") address = "*"
            count = split(wanted[$1, port], addresses, " ")
            for (i = 1; i <= count; i++)
                if (any || address == "*" || addresses[i] == "*" || addresses[i] == address)
                    print $1, port, addresses[i], address, $5, $7
        }' <(echo "$ports") <(ss -Hlntup)
}

# A service that has a port on other addresses than it should must give it up before it can have it there: it has to
# be restarted.
must_rebind() { # SERVICE
    listeners "$1" any-address \
        | grep -F "((\"$(rules "$1" process)\"" \
        | awk '$4 != $3 { found = 1 } END { exit !found }'
}

# A port that another program has is found before anything is changed.
check_ports() { # SERVICE
    local protocol port taken ours
    ours=$({
        rules "$1" process
        rules "$1" replaces
    } | paste --serial --delimiters '|')
    while read -r protocol port _ _ taken; do
        [[ -z $protocol ]] || refuse "port $port/$protocol is taken on this host: $taken." \
            "Choose another port for the listener; or, for a program that only needs the host's own address," \
            "make it listen there and set listenOn: vip. Nothing was changed."
    done <<< "$(listeners "$1" | grep -vE "\\(\\(\"($ours)\"" | sed -n 1p)"
}
