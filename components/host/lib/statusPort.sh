# shellcheck shell=bash
# The last line that a proxy says on its status port: one kind of proxy speaks first, the other is asked by HTTP.
# shellcheck disable=SC2016
status_answer() { # ADDRESS PORT banner|http
    timeout 1 bash -c 'exec 3<> "/dev/tcp/$0/$1" || exit
        if [[ $2 == http ]]; then printf "GET / HTTP/1.0\r\n\r\n" >&3; fi
        text=""
        while IFS= read -r line <&3 || [[ -n $line ]]; do
            text=$line
            if [[ $2 == banner ]]; then break; fi
        done
        printf %s "$text"' "$1" "$2" "$3" 2> /dev/null || true
}
