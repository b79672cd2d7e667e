#!/bin/bash
# Makes the one layer of an image of nginx from Debian's packages, laid out as the official image is where it matters: a
# user nginx with id 101, the stream module at hand, logs in /var/log/nginx. Unlike that one it has no shell: what runs
# it must not need any. SUITE FOLDER: writes layer.tar.gz and version into FOLDER, which appears complete or not at all.
set -euo pipefail
readonly suite=$1 folder=$2
test ! -d "$folder" || exit 0
rm -rf --one-file-system "$folder.building"
mkdir -p "$folder.building"
cd "$folder.building"

# Nothing is installed, only unpacked: no maintainer script runs, so what they would have made is made below.
mmdebstrap --variant=extract --dpkgopt=path-exclude='/usr/share/*' --dpkgopt=path-include='/usr/share/nginx/*' \
    --include=nginx,libnginx-mod-stream "$suite" root > log 2>&1 || {
    tail -n 20 log
    exit 1
}
cd root
rm -rf dev var/lib/dpkg var/lib/apt var/cache etc/apt etc/hostname etc/resolv.conf
mkdir -p dev proc sys run tmp var/log/nginx etc/nginx/modules-enabled
# From Debian 13 on, packages ship nothing outside of /usr.
for name in bin sbin lib lib64; do if [[ ! -e $name && -e usr/$name ]]; then ln -s "usr/$name" "$name"; fi; done
printf 'root:x:0:0:root:/root:/sbin/nologin\nnginx:x:101:101:nginx:/nonexistent:/sbin/nologin\n' > etc/passwd
printf 'root:x:0:\nnginx:x:101:\n' > etc/group
cp usr/share/nginx/modules-available/mod-stream.conf etc/nginx/modules-enabled/50-mod-stream.conf
cd ..
chroot root /usr/sbin/nginx -v 2>&1 | sed 's#.*nginx/##' > version
tar -C root --sort=name --numeric-owner --mtime=@0 -c . | gzip --fast --no-name > layer.tar.gz
rm -rf root log
cd /
mv "$folder.building" "$folder"
