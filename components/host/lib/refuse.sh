# shellcheck shell=bash
# Needs lib/log.sh.
refuse() { # WHY ...
    say "$*"
    exit 1
}
