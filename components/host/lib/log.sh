# shellcheck shell=bash
# Standard error is for people; the caller may have hung up, which is no reason to stop.
say() { echo "$(hostname): $*" >&2 || true; }
