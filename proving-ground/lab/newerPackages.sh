#!/bin/bash
# Offers this machine newer versions of packages: the same programs, with a later version, in a folder that apt takes
# for a repository. Arguments: what to add to the versions, and the packages.
set -euo pipefail
export LC_ALL=C
readonly FOLDER=/var/local/newer SUFFIX=$1
shift
sudo install -d -o "$(id -un)" "$FOLDER"
cd "$FOLDER"
rm -rf ./*
# Those of the distribution, also when a newer one is there already.
sudo rm -f /etc/apt/sources.list.d/newer.list
sudo apt-get -q update > /dev/null
for package in "$@"; do
    version=$(apt-cache madison "$package" | awk 'NR == 1 {print $3}')
    apt-get -q download "$package=$version" > /dev/null
done
: > Packages
for deb in *.deb; do
    dpkg-deb --raw-extract "$deb" root
    sed -i "s/^Version: .*/&$SUFFIX/" root/DEBIAN/control
    rm "$deb"
    dpkg-deb --root-owner-group --build root "$deb" > /dev/null
    rm -r root
    {
        dpkg-deb --field "$deb"
        printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$deb" "$(stat -c %s "$deb")" \
            "$(sha256sum < "$deb" | cut -d' ' -f1)"
    } >> Packages
done
echo "deb [trusted=yes] file:$FOLDER ./" | sudo tee /etc/apt/sources.list.d/newer.list > /dev/null
