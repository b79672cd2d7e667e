# shellcheck shell=bash
# Standard error is for people; whoever started this may have hung up, which is no reason to stop.
say() { echo "$(hostname): $*" >&2 || true; }
