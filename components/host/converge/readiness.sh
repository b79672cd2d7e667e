# shellcheck shell=bash
# Whether a service runs with its new configuration and does its work.

# Sets run[failure] where it fails.
wait_until_ready() { # SERVICE [SECONDS]
    local begun=$SECONDS limit missing
    limit=${2:-$(ready_seconds "$1")}
    while :; do
        if missing=$(first_missing "$1"); then return 0; fi
        if ((SECONDS - begun >= limit)); then
            fail "$1 $missing within $((SECONDS - begun)) s: $(journal "$1")"
            return 1
        fi
        sleep 0.05
    done
}

# A VIP is announced some time after all else is ready.
ready_seconds() { # SERVICE
    local seconds
    seconds=$(sed -nE 's/^ready-announced .* ([0-9]+)$/\1/p' <<< "${rules_of[$1]:-}" | sort -n | tail -n 1)
    echo "${seconds:-$READY_SECONDS}"
}

# Prints what is not ready yet and fails, or succeeds.
first_missing() { # SERVICE
    systemctl is-active --quiet "$1" || {
        echo "was not active"
        return 1
    }
    answers_as_expected "$1" && listens_everywhere "$1" && has_vrrp_state "$1" && has_announced "$1"
}

answers_as_expected() { # SERVICE
    local address port protocol text
    while read -r address port protocol text; do
        if [[ -n $address && $(status_answer "$address" "$port" "$protocol") != "$text" ]]; then
            echo "did not run the new configuration"
            return 1
        fi
    done <<< "$(rules "$1" ready-answer)"
}

listens_everywhere() { # SERVICE
    local missing
    missing=$(awk '
        NR == FNR { there[$1, $2, $3] = 1; next }
        !(($1, $2, $3) in there) { print $2 "/" $1; exit }' <(
        listeners "$1"
        echo
    ) <(rules "$1" port))
    if [[ -n $missing ]]; then
        echo "did not listen on port $missing"
        return 1
    fi
}

has_vrrp_state() { # SERVICE
    local instance address state
    while read -r instance address; do
        [[ -n $instance ]] || continue
        state=$(vrrp_state "$instance")
        case $state in
            MASTER)
                has_address "$address" || {
                    echo "did not hold the VIP though it is MASTER"
                    return 1
                }
                ;;
            BACKUP) ;;
            *)
                echo "did not become MASTER or BACKUP (it is: ${state:-unknown})"
                return 1
                ;;
        esac
    done <<< "$(rules "$1" ready-vrrp)"
}

has_announced() { # SERVICE
    local address table
    while read -r address table _; do
        [[ -z $address ]] || is_announced "$address" "$table" || {
            echo "did not announce $address"
            return 1
        }
    done <<< "$(rules "$1" ready-announced)"
}

# The unit's drop-in clears the flag at each start; for a service that ran before the drop-in came it is cleared here.
clear_flag() { # SERVICE
    local flag
    while IFS= read -r flag; do
        [[ -z $flag || $(cat "$flag" 2> /dev/null) == 0 ]] || echo 0 > "$flag"
    done <<< "$(rules "$1" running-flag)"
}

# Prints its last words.
journal() { # SERVICE
    journalctl --unit "$1" --lines 8 --no-pager --output cat 2> /dev/null | tail -n 8
}
