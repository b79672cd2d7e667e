# shellcheck shell=bash
# Functions for services as they were found, used by the configuration step and by the programs that undo it. They use
# `say` and STATE.

# Once, until it is restored: "ENABLED ACTIVE [wanted]", the last for a masked service that would be enabled without
# its mask.
remember_service() { # SERVICE
    [[ ! -e $STATE/services/$1 ]] || return 0
    local enabled=not-found active=inactive wanted=""
    # What came with our packages was not found, though it is enabled by now.
    if ! grep -qsxF -- "$1.service" "$STATE/units"; then
        enabled=$(systemctl is-enabled "$1" 2> /dev/null) || true
        active=$(systemctl is-active "$1" 2> /dev/null) || true
        if [[ $enabled == masked* ]] && compgen -G "/etc/systemd/system/*.wants/$1.service" > /dev/null; then
            wanted=wanted
        fi
    fi
    mkdir -p "$STATE/services"
    # Whole, or not at all.
    echo "${enabled:-not-found} ${active:-inactive} $wanted" > "$STATE/.new" && sync "$STATE/.new" \
        && mv -f "$STATE/.new" "$STATE/services/$1"
}

# Also one that its owner has masked: it is masked again when it is restored.
enable_service() { # SERVICE
    local enabled
    enabled=$(systemctl is-enabled "$1" 2> /dev/null) || true
    case $enabled in
        masked) systemctl unmask --quiet "$1" ;;
        masked-runtime) systemctl unmask --quiet --runtime "$1" ;;
    esac
    systemctl is-enabled --quiet "$1" 2> /dev/null || systemctl enable --quiet "$1"
}

is_running_state() { [[ $1 == active || $1 == reloading || $1 == activating ]]; } # STATE, as systemd calls it

# Enabled, masked and running as it was found. A service without an [Install] section, or of a unit that is gone, is
# none to enable.
give_back_service() { # SERVICE
    local enabled active wanted now
    read -r enabled active wanted < "$STATE/services/$1" || true
    now=$(systemctl is-enabled "$1" 2> /dev/null) || true
    if ! is_running_state "$active" && systemctl is-active --quiet "$1"; then systemctl stop "$1" || true; fi
    if [[ $now != "$enabled" ]]; then
        case $now in
            masked) systemctl unmask --quiet "$1" ;;
            masked-runtime) systemctl unmask --quiet --runtime "$1" ;;
        esac
        case $enabled$wanted in
            enabled | masked*wanted) systemctl enable --quiet "$1" || say "$1 could not be enabled again" ;;
            static | linked* | alias | generated | transient) ;;
            *) [[ -z $now || $now == disabled || $now == not-found ]] \
                || systemctl disable --quiet "$1" 2> /dev/null || true ;;
        esac
        case $enabled in
            enabled-runtime) systemctl enable --quiet --runtime "$1" ;;
            masked) systemctl mask --quiet "$1" ;;
            masked-runtime) systemctl mask --quiet --runtime "$1" ;;
        esac
    fi
    if is_running_state "$active" && ! systemctl is-active --quiet "$1"; then
        systemctl start "$1" || say "$1 did not start with its original configuration"
    fi
}
