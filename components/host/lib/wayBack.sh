# shellcheck shell=bash
# What a host keeps for its way back, to be forgotten when it is back.

# The list that would send it there once more has gone first, by another name: a host that is cut off here has its own
# configuration, and what is left is taken away by the next run, whichever program that is.
forget_way_back() {
    rm -rf "$STATE"/{sysctl,folders,original,before,pending,preparing,managed.next,retired,run.*} "$RUN"
    rm -f "$STATE/restored"
}

forget_former_way_back() { [[ ! -e $STATE/restored ]] || forget_way_back; }
