# shellcheck shell=bash
# The same words from every program, whatever the host's language is; our programs first, then the host's.
export LC_ALL=C PATH=$LIBEXEC:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
