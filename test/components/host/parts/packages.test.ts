/** The parts of the packages program about repositories and images, and what of them the uninstall program undoes. */
import assert from "node:assert/strict";
import { shell, shellOutcome } from "./run";

/** A repository whose files are in the test's folder; what would ask the network or apt says so. */
const MAIN = `. lib/log.sh
. lib/refuse.sh
. lib/repositories.sh
. packages/signature.sh
. packages/repository.sh
. packages/containerImage.sh
etc=$folder/etc; mkdir "$etc"
declare -A repository=([name]=demo.org [package]=demo [list]=$etc/list [preferences]=$etc/pin [keyring]=$etc/keyring
    [key]=https://demo.org/key [fingerprints]="A B" [packages]=https://demo.org/packages [component]=main [origin]=demo
    [input]=demo.repository [fingerprints_input]=demo.fingerprints [instead]="demo.source: distribution")
repositories=("demo.org demo $etc/list $etc/pin $etc/keyring")
is_installed() { [[ " \${there:-} " == *" $1 "* ]]; }
there="gnupg curl ca-certificates"
fetch() { echo "fetched $1" > "$2"; }
gpg() { case " $* " in
    *--show-keys*) printf 'pub:::\\nfpr:::::::::%s:\\nsub:::\\nfpr:::::::::Z:\\n' B; printf 'pub:::\\nfpr:::::::::%s:\\n' A ;;
    *--verify*) echo '[GNUPG:] GOODSIG AB' ;;
    *--dearmor*) echo keys > "$work/keyring" ;;
    esac; }
timeout() { shift; "$@"; }
put() { touch "$STATE/sources-changed"; cp "$1" "$2"; }
shown() { (cd "$folder"; for file in etc/*; do [[ ! -e $file ]] || echo "$file: $(head -c 30 "$file")"; done; ls state); }
`;
const packages = (script: string): string => shell(`${MAIN}${script}`);

describe("a repository of packages", () => {
    it("is trusted with the expected keys and a good signature, and is then preferred", () => {
        assert.equal(
            packages(
                'settle_repositories; ls "$etc" "$STATE" | sed "s#$folder##" | xargs\n' +
                    'grep -h -e Pin: -e ^deb "$etc/pin" "$etc/list" | sed "s#$folder##"',
            ).replace(/packages\/\w+ \w+ main/, "packages/DISTRIBUTION CODENAME main"),
            "/etc: keyring list pin /state: demo.org repositories sources-changed\nPin: release o=demo\n" +
                "deb [signed-by=/etc/keyring] https://demo.org/packages/DISTRIBUTION CODENAME main\n",
        );
    });
    it("is refused with other keys, and nothing is left of it", () => {
        const { status, output } = shellOutcome(`${MAIN}repository[fingerprints]=A; settle_repositories`);
        assert.equal(status, 1);
        assert.match(
            output,
            /not the expected ones; nothing was trusted\.\n {2}expected: A\n {2}received: A B \n {2}If demo\.org has published other keys, name their fingerprints in demo\.fingerprints; else do not use this repository\.\n$/,
        );
    });
    it("that is not wanted any more gives the owner's files back, and its package has to be changed", () => {
        assert.equal(
            packages(
                'echo own > "$etc/list"; settle_repositories; repository=(); rm "$STATE/sources-changed"\n' +
                    "settle_repositories 2>&1; shown",
            ),
            "host: demo comes from the distribution again\netc/list: own\nrepositories\nsources-changed\n",
        );
    });
    it("whose packages cannot be had is not left behind, and the one that was there before stays", () => {
        assert.equal(packages("settle_repositories; take_back_trust; shown"), "repositories\n");
        assert.equal(
            packages('settle_repositories; rm -r "$work"/*; settle_repositories; take_back_trust; ls "$etc" | xargs'),
            "keyring list pin\n",
        );
    });
    it("is of interest for its own package alone, and the change is done when no other version is there", () => {
        assert.equal(
            packages(
                'printf "%s\\n" "${repositories[@]}" > "$STATE/repositories"; there=demo\n' +
                    "is_of_a_repository demo && echo demo; is_of_a_repository other || echo not other\n" +
                    "sources_are_settled other || echo open; sources_are_settled other demo && echo settled\n" +
                    "there=; sources_are_settled other && echo settled",
            ),
            "demo\nnot other\nopen\nsettled\nsettled\n",
        );
    });
    it("marks the host by its name, as it always did: a host of an earlier version is known", () => {
        assert.equal(
            packages('touch "$STATE/demo.org"; echo ours > "$etc/list"; repository=(); settle_repositories; shown'),
            "host: demo comes from the distribution again\nrepositories\nsources-changed\n",
        );
    });
});

describe("container images", () => {
    const RUNTIME = `podman() { case "$*" in "image inspect --"*|"image inspect there") return 0 ;; "image inspect "*) return 1 ;; *) echo "podman $*" ;; esac; }
`;
    it("that are there are not pulled again; those that are pulled are ours", () => {
        assert.equal(packages(`${RUNTIME}pull_image podman there; ls "$STATE"`), "host: the image is there: there\n");
        assert.match(
            packages(`${RUNTIME}pull_image podman new; cat "$STATE/images"`),
            /^host: pulled new\npodman new\n$/,
        );
    });
    it("of earlier configurations go, and one that is still in use stays on the list", () => {
        assert.equal(
            packages(
                'podman() { case "$*" in "image rm used") return 1 ;; esac; }\n' +
                    'printf "%s\\n" "podman old" "podman used" "podman new" > "$STATE/images"\n' +
                    'forget_images podman new 2> /dev/null; cat "$STATE/images"',
            ),
            "podman new\npodman used\n",
        );
    });
});

describe("the parts of the uninstall program", () => {
    const uninstall = (script: string): string =>
        shell(`. lib/log.sh\n. lib/repositories.sh
was_absent() { [[ " \${absent:-} " == *" $1 "* ]]; }
touch "$STATE/packages"; declare -A may_go=() reason=(); log=$work/log
. uninstall/removable.sh
. uninstall/removeContainers.sh
. uninstall/accounts.sh
timeout() { shift; "$@"; }
set +e
${script}`);
    it("remove the containers and logs that a service declared, and the images that came with us", () => {
        assert.equal(
            uninstall(
                'podman() { echo "podman $*" >> "$folder/orders"; }; mkdir "$folder/logs"\n' +
                    'echo "demo $folder/logs" > "$STATE/containers"; echo "podman image" > "$STATE/images"\n' +
                    'remove_images; cat "$folder/orders"; ls "$folder"',
            ),
            "host: removed image\npodman rm --force demo\npodman image rm image\norders\nrun\nstate\nwork\n",
        );
    });
    it("leave an engine that others use by now, and say why", () => {
        assert.equal(
            uninstall(
                "may_go=([podman]=yes [crun]=yes); podman() { [[ $1 != image ]] || echo other; }; spare_engines\n" +
                    'echo "${!may_go[@]}: ${reason[podman]}"',
            ),
            "crun: because it has an image that is not ours\n",
        );
    });
    it("leave what was installed by name, is on hold, or is recommended by what came after us", () => {
        assert.equal(
            uninstall(
                "may_go=([a]=yes [b]=yes [c]=yes [d]=yes)\n" +
                    "apt-mark() { case $1 in showmanual) echo a ;; *) echo b ;; esac; }\n" +
                    "dpkg-query() { printf 'installed\\tlater\\tc (>= 1) | x, y:any\\n'; }\n" +
                    'spare_asked_for; spare_recommended; for name in a b c; do echo "$name: ${reason[$name]}"; done\n' +
                    'echo "${!may_go[@]}"',
            ),
            "a: installed by name\nb: on hold\nc: recommended by later\nd\n",
        );
    });
    it("leave what another package needs, and take as many as go together", () => {
        assert.equal(
            uninstall(
                // Removing `b` would remove the owner's `own`.
                'may_go=([a]=yes [b]=yes)\nsimulate_purge() { for name in "$@"; do echo "Purg $name"; ' +
                    '[[ $name != b ]] || echo "Remv own"; done; }\n' +
                    'accept a b; echo "${going[*]}; b: ${reason[b]}"',
            ),
            "a; b: needed by own\n",
        );
    });
    it("leave an account that is still of use, in words", () => {
        assert.match(
            uninstall(
                'echo "user demo" > "$STATE/accounts"; getent() { echo demo:x:1:other; }; userdel() { echo "userdel $*"; }\n' +
                    "find() { echo /srv/data; }; remove_accounts",
            ),
            /^host: the user demo stays: it has files, such as \/srv\/data\n$/,
        );
    });
});
