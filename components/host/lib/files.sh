# shellcheck shell=bash
# Files that are whole at every moment, also when the disk fills up or the power goes.

exists() { [[ -e $1 || -L $1 ]]; }

make_parents() { [[ -d ${1%/*} ]] || mkdir -p "${1%/*}"; }

# The copy gets its name when it is whole and on the disk.
copy_whole() { # FROM TO
    make_parents "$2" && cp -aT "$1" "$2.ha-api-new" && sync "$2.ha-api-new" && mv -fT "$2.ha-api-new" "$2"
}
