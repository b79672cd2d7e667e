#!/bin/bash
# Builds, on a Debian machine, a repository laid out and signed as nginx.org's is, and writes it to standard output as a
# tar archive. Its nginx is Debian's own binary, which has the stream module as a file of its own where nginx.org's has
# it built in: the package loads it through /etc/nginx/modules-enabled. Apart from that it does as nginx.org's does: a
# user nginx, a plain unit, and nginx-common, which it conflicts with, has to go.
set -euo pipefail
umask 022
readonly mainline=$1 stable=$2
export LC_ALL=C DEBIAN_FRONTEND=noninteractive
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
architecture=$(dpkg --print-architecture)
# shellcheck source=/dev/null
codename=$(
    . /etc/os-release
    echo "$VERSION_CODENAME"
)
sudo apt-get -q -y update >&2
apt-get -q download nginx libnginx-mod-stream >&2
for deb in *.deb; do dpkg-deb -x "$deb" debian; done

export GNUPGHOME=$work/gnupg
mkdir -m 0700 "$GNUPGHOME"
gpg --batch --quiet --pinentry-mode loopback --passphrase "" \
    --quick-generate-key "packages of the lab <lab@localhost>" rsa2048 sign never 2> /dev/null
fingerprint=$(gpg --batch --with-colons --list-keys | awk -F: '$1 == "fpr" {print $10; exit}')
mkdir -p site/keys
gpg --batch --armor --export > site/keys/nginx_signing.key
# A key of the past, in a key ring of its own, with all that is signed by it beside what is good: NAME.expired.
mkdir -m 0700 "$work/expired"
expired() { gpg --homedir "$work/expired" --batch --quiet --pinentry-mode loopback --passphrase "" "$@" 2> /dev/null; }
expired --faked-system-time 20200101T000000! \
    --quick-generate-key "old packages of the lab <lab@localhost>" rsa2048 sign 1y
expired --armor --export > site/keys/nginx_signing.key.expired
expired --with-colons --list-keys | awk -F: '$1 == "fpr" {print $10; exit}' > site/fingerprint.expired

package() { # VERSION ARCHIVE
    local root=$work/root-$1 pool=$work/site/$2/debian/pool/nginx/n/nginx dist=$work/site/$2/debian/dists/$codename
    mkdir -p "$root/DEBIAN" "$root/usr/sbin" "$root/usr/lib/nginx/built-in" "$root/etc/nginx/modules-enabled" \
        "$root/lib/systemd/system"
    cp debian/usr/sbin/nginx "$root/usr/sbin/"
    # Where Debian's binary makes its temporary folders; nginx.org's has /var/cache/nginx for them.
    mkdir -p "$root/var/lib/nginx"
    cp debian/usr/lib/nginx/modules/ngx_stream_module.so "$root/usr/lib/nginx/built-in/"
    echo "load_module /usr/lib/nginx/built-in/ngx_stream_module.so;" \
        > "$root/etc/nginx/modules-enabled/00-built-in.conf"
    printf 'user nginx;\npid /run/nginx.pid;\nevents {}\n' > "$root/etc/nginx/nginx.conf"
    printf '/etc/nginx/nginx.conf\n/etc/logrotate.d/nginx\n' > "$root/DEBIAN/conffiles"
    mkdir -p "$root/etc/logrotate.d"
    cat > "$root/etc/logrotate.d/nginx" << 'END'
/var/log/nginx/*.log {
        daily
        missingok
        rotate 52
        compress
        delaycompress
        notifempty
        create 640 nginx adm
        sharedscripts
        postrotate
                if [ -f /var/run/nginx.pid ]; then
                        kill -USR1 `cat /var/run/nginx.pid`
                fi
        endscript
}
END
    cat > "$root/lib/systemd/system/nginx.service" << 'END'
[Unit]
Description=nginx - high performance web server
After=network-online.target
Wants=network-online.target

[Service]
Type=forking
PIDFile=/run/nginx.pid
ExecStart=/usr/sbin/nginx -c /etc/nginx/nginx.conf
ExecReload=/bin/sh -c "/bin/kill -s HUP $(/bin/cat /run/nginx.pid)"
ExecStop=/bin/sh -c "/bin/kill -s TERM $(/bin/cat /run/nginx.pid)"

[Install]
WantedBy=multi-user.target
END
    cat > "$root/DEBIAN/control" << END
Package: nginx
Version: $1
Architecture: $architecture
Maintainer: the lab <lab@localhost>
Depends: adduser, libc6, libcrypt1, libpcre2-8-0, libssl3, zlib1g
Provides: httpd, nginx-r${1%%-*}
Conflicts: nginx-common, nginx-core
Replaces: nginx-common, nginx-core
Description: Debian's nginx, packed as nginx.org packs its own
END
    cat > "$root/DEBIAN/postinst" << 'END'
#!/bin/sh
set -e
[ "$1" = configure ] || exit 0
getent group nginx > /dev/null || addgroup --system nginx > /dev/null
getent passwd nginx > /dev/null || adduser --system --disabled-login --ingroup nginx --no-create-home \
    --home /nonexistent --shell /bin/false nginx > /dev/null
mkdir -p /var/log/nginx /var/cache/nginx
deb-systemd-helper unmask nginx.service > /dev/null
deb-systemd-helper enable nginx.service > /dev/null
systemctl daemon-reload
invoke-rc.d nginx start || true
END
    cat > "$root/DEBIAN/prerm" << 'END'
#!/bin/sh
set -e
[ "$1" != remove ] || invoke-rc.d nginx stop
END
    cat > "$root/DEBIAN/postrm" << 'END'
#!/bin/sh
set -e
[ "$1" != purge ] || { deb-systemd-helper purge nginx.service > /dev/null; rm -rf /var/log/nginx /var/cache/nginx; }
END
    chmod 0755 "$root"/DEBIAN/p*
    mkdir -p "$pool" "$dist/nginx/binary-$architecture"
    dpkg-deb --root-owner-group -Zgzip --build "$root" "$pool/nginx_$1_$architecture.deb" >&2
    (
        cd "$work/site/$2/debian"
        file=pool/nginx/n/nginx/nginx_$1_$architecture.deb
        {
            dpkg-deb -f "$file"
            echo "Filename: $file"
            echo "Size: $(stat -c %s "$file")"
            echo "SHA256: $(sha256sum < "$file" | cut -d' ' -f1)"
        } \
            > "dists/$codename/nginx/binary-$architecture/Packages"
        cd "dists/$codename"
        gzip -k "nginx/binary-$architecture/Packages"
        {
            printf 'Origin: nginx\nLabel: nginx\nSuite: %s\nCodename: %s\nArchitectures: %s\nComponents: nginx\n' \
                "$codename" "$codename" "$architecture"
            printf 'Date: %s\nSHA256:\n' "$(date -u -R | sed 's/+0000/UTC/')"
            for index in nginx/binary-*/Packages*; do
                echo " $(sha256sum < "$index" | cut -d' ' -f1) $(stat -c %s "$index") $index"
            done
        } > Release
        gpg --batch --quiet --clearsign --output InRelease Release
        gpg --batch --quiet --armor --detach-sign --output Release.gpg Release
        expired --faked-system-time 20200601T000000! --clearsign --output InRelease.expired Release
    )
}
package "$mainline" packages/mainline
package "$stable" packages
echo "$fingerprint" > site/fingerprint
tar -C site -c .
