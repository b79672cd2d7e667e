#!/bin/bash
# Succeeds when the proxy answers on the status port, given as the argument, within a second. keepalived runs it every second, so it is
# plain bash: one process, no client to install.
exec 3<> "/dev/tcp/127.0.0.1/$1" && read -r -t 0.9 answer <&3 && [[ -n $answer ]]
