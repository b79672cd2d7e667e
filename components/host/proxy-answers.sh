#!/bin/bash
# Succeeds when the proxy answers on the status port, the first argument, within a second; the second says how: "banner"
# speaks first, "http" is asked. keepalived runs it every second, so it is plain bash: one process, no client to
# install.
exec 3<> "/dev/tcp/127.0.0.1/$1" || exit 1
[[ ${2:-banner} == banner ]] || printf 'GET / HTTP/1.0\r\n\r\n' >&3
read -r -t 0.9 answer <&3 && [[ -n $answer && ($2 != http || $answer == "HTTP/1."?" 200"*) ]]
