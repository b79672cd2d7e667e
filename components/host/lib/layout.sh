# shellcheck shell=bash
# Needs `refuse`.

# What is kept in $STATE and in $LIBEXEC, under which names and in which form. It is counted up when a version that does
# not know it would misread it; until 0.2.0 hosts had no such number.
readonly LAYOUT=1

# Before anything is changed.
refuse_newer_layout() {
    local there
    there=$(cat "$STATE/layout" 2> /dev/null) || true
    [[ -n $there && $there != "$LAYOUT" ]] || return 0
    [[ ! $there =~ ^[1-9][0-9]{0,8}$ ]] || ((there > LAYOUT)) || return 0
    refuse "a newer version of HaApiLoadBalancer has set this host up: $STATE/layout says ${there@Q}, and this" \
        "version knows $LAYOUT at most. Nothing was changed. Run pulumi up with that version or a newer one. To go" \
        "back all the same, run pulumi destroy with the newer one first, then pulumi up with this one; the VIP" \
        "is away meanwhile."
}

write_layout() {
    [[ $(cat "$STATE/layout" 2> /dev/null || true) != "$LAYOUT" ]] || return 0
    echo "$LAYOUT" > "$STATE/layout.new" && sync "$STATE/layout.new" && mv -f "$STATE/layout.new" "$STATE/layout"
}
