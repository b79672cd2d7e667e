/**
 * The root file systems that machines share, read-only: one for each Debian release, with what Debian's own cloud image
 * has that matters here.
 *
 * Each is built once per recipe and kept in the user's cache folder. A change of the recipe makes a new folder, so
 * machines that were made from the old one keep it.
 */
import { createHash } from "node:crypto";
import { basename, join } from "node:path";
import { cacheFolder } from "../../../tools/cache";
import { exists } from "../../../tools/exists";
import { run, UserError } from "../../../tools/run";
import { part } from "../../../tools/progress";
import { imageOf, type Release, RELEASES } from "../release";

interface Recipe {
    /** Debian's name of the release. */
    suite: string;
    packages: string[];
    /**
     * Files dpkg leaves out: manuals are not needed in the lab, and the hardware database takes longer to compile than
     * all else to boot.
     */
    leaveOut: string[];
    /** Options of apt's own, while it is built. */
    aptOptions?: string[];
    /** Shell, run with the root of the new file system as $1. */
    finish: string;
}

/** What a machine in a container never needs, or what would work in the background while something is measured. */
const MASKED_UNITS = [
    "apt-daily.timer",
    "apt-daily-upgrade.timer",
    "dpkg-db-backup.timer",
    "e2scrub_all.timer",
    "e2scrub_reap.service",
    "fstrim.timer",
    "getty@.service",
    "console-getty.service",
    "cloud-init-hotplugd.socket",
    "systemd-udevd.service",
    "systemd-udev-trigger.service",
    "systemd-hwdb-update.service",
    "systemd-pcrphase.service",
    "systemd-pcrphase-sysinit.service",
];

/**
 * cloud-init as Debian's cloud image configures it, less the modules for hardware, other clouds and other tools.
 * The locale is the one Debian's cloud image sets: cloud-init's own default is not generated, and setting it fails.
 */
const CLOUD_INIT = `# A machine of the lab: its data comes from a NoCloud folder, as from PVE's cloud-init drive.
datasource_list: [NoCloud, None]
locale: C.UTF-8
ssh_genkeytypes: [ed25519, ecdsa]
cloud_init_modules: [seed_random, bootcmd, write-files, set_hostname, update_hostname, update_etc_hosts, ca-certs, users-groups, ssh]
cloud_config_modules: [locale, set-passwords, apt-configure, timezone, runcmd]
cloud_final_modules:
  [package-update-upgrade-install, write-files-deferred, scripts-vendor, scripts-per-once, scripts-per-boot, scripts-per-instance,
   scripts-user, final-message]
`;

const SUITES: Record<Release, string> = { "13": "trixie", "12": "bookworm" };

const machines = (release: Release): Recipe => ({
    suite: SUITES[release],
    packages: [
        "systemd",
        "systemd-sysv",
        "systemd-resolved",
        // For udevadm: cloud-init's netplan renderer runs it, and its first stage fails without it.
        "udev",
        "dbus",
        "openssh-server",
        "sudo",
        "iproute2",
        "iputils-ping",
        "netplan.io",
        "cloud-init",
        "ca-certificates",
        "curl",
        "gnupg",
    ],
    leaveOut: [
        "/usr/share/man/*",
        "/usr/share/doc/*",
        "/usr/share/info/*",
        "/usr/share/locale/*",
        "/usr/share/i18n/locales/*",
        "/usr/lib/udev/hwdb.d/*",
    ],
    finish: `set -eu
root=$1
# Left empty, not absent: every machine makes its own at its first boot, and none of them counts as a fresh installation.
: > "$root/etc/machine-id"
rm -f "$root"/etc/ssh/ssh_host_* "$root/etc/hostname" "$root/etc/hosts" "$root/var/lib/dbus/machine-id"
printf '127.0.0.1 localhost\\n' > "$root/etc/hosts"
printf 'LANG=C.UTF-8\\n' > "$root/etc/default/locale"
mkdir -p "$root/var/lib/cloud/seed/nocloud" "$root/var/log/journal"
cat > "$root/etc/cloud/cloud.cfg.d/90-lab.cfg" <<'END'
${CLOUD_INIT}END
# cloud-init has udevadm apply the default link policy, which would replace the MAC address the machine was given.
printf '[Match]\\nOriginalName=*\\n\\n[Link]\\nMACAddressPolicy=none\\n' > "$root/etc/systemd/network/10-keep-mac-address.link"
chroot "$root" groupadd --system netdev
for unit in ${MASKED_UNITS.join(" ")}; do ln -sf /dev/null "$root/etc/systemd/system/$unit"; done
# What dpkg was told to leave out counts for this build only: packages installed later are complete.
rm -f "$root/etc/dpkg/dpkg.cfg.d/99mmdebstrap"
`,
});

/** Formatters and linters of the programs for hosts; the newest release's alone decide, since they differ. */
const LINTERS = ["shfmt", "perltidy", "libperl-critic-perl"];

/**
 * No machine: the programs whose configuration is rendered here, and shellcheck, for tests to ask what they make of it.
 */
const checkers = (release: Release): Recipe => ({
    suite: SUITES[release],
    packages: [
        "nginx",
        "libnginx-mod-stream",
        "haproxy",
        "keepalived",
        "bird2",
        "nftables",
        "iproute2",
        "procps",
        "logrotate",
        "systemd",
        "openssl",
        "shellcheck",
        ...(release === RELEASES[0] ? LINTERS : []),
    ],
    leaveOut: ["/usr/share/man/*", "/usr/share/doc/*", "/usr/share/info/*", "/usr/share/locale/*"],
    // The user of nginx.org's packages; the paths of container engines' programs, which systemd looks for.
    finish: `set -eu
root=$1
chroot "$root" useradd --system --no-create-home --shell /usr/sbin/nologin nginx
for program in docker podman; do ln -s true "$root/usr/bin/$program"; done
rm -rf "$root"/var/cache/apt/*.bin "$root"/var/lib/apt/lists/*
`,
});

/** Whose programs are asked: also what the next release is made of, as an early warning. */
export type CheckedRelease = Release | typeof TESTING;
export const TESTING = "testing";

/** Name of the root file system with a release's programs, see `checkers`. */
export const checkersOf = (release: CheckedRelease): string => `checkers-${release}`;

/** No machine either: a browser without a window, for the tests of the documents' site. */
const browser: Recipe = {
    suite: SUITES[RELEASES[0]],
    packages: ["chromium", "fonts-dejavu-core"],
    leaveOut: ["/usr/share/man/*", "/usr/share/doc/*", "/usr/share/info/*", "/usr/share/locale/*"],
    finish: `set -eu
root=$1
rm -rf "$root"/var/cache/apt/*.bin "$root"/var/lib/apt/lists/*
`,
};

/** Name of the root file system with the browser. */
export const BROWSER = "browser";

/** As on Ubuntu's servers: after every run of apt, services are restarted whose programs or libraries were replaced. */
const restarting = (recipe: Recipe): Recipe => ({
    ...recipe,
    packages: [...recipe.packages, "needrestart"],
    finish: `${recipe.finish}printf '%s\\n' "\\$nrconf{restart} = 'a';" > "$root/etc/needrestart/conf.d/lab.conf"\n`,
});

/** A mirror that is weeks behind will do. */
const testingCheckers: Recipe = {
    ...checkers(RELEASES[0]),
    suite: TESTING,
    packages: checkers(RELEASES[0]).packages.filter((name) => !LINTERS.includes(name)),
    aptOptions: ['Acquire::Check-Valid-Until "false"'],
};

const RECIPES: Record<string, Recipe> = Object.fromEntries(
    RELEASES.flatMap((release): [string, Recipe][] => [
        [imageOf(release), machines(release)],
        [imageOf(release, "needrestart"), restarting(machines(release))],
        [checkersOf(release), checkers(release)],
    ]).concat([
        [checkersOf(TESTING), testingCheckers],
        [BROWSER, browser],
    ]),
);

/** The path that the image's root file system has, or will have once it is built. */
export function imagePath(name: string): string {
    return join(imageCache(), `${name}-${recipeHash(recipeOf(name))}`);
}

/** The image's name, from its path. */
export function imageNameOf(path: string): string {
    return basename(path).replace(/-[0-9a-f]{12}$/, "");
}

/** The path of the image's root file system, built if it is not there yet. */
export async function ensureImage(name: string): Promise<string> {
    const recipe = recipeOf(name);
    const directory = imagePath(name);
    if (!(await exists(directory)))
        await part(`build the root file system ${name} (about a minute, once)`, () => build(recipe, directory));
    return directory;
}

function recipeOf(name: string): Recipe {
    const recipe = RECIPES[name];
    if (recipe === undefined)
        throw new UserError(`There is no image "${name}"; there are: ${Object.keys(RECIPES).join(", ")}.`);
    return recipe;
}

/** Where images are kept between labs. */
export function imageCache(): string {
    return join(cacheFolder, "images");
}

function recipeHash(recipe: Recipe): string {
    return createHash("sha256").update(JSON.stringify(recipe)).digest("hex").slice(0, 12);
}

/**
 * The whole build is one shell under `flock`, which its children share: if this process is killed, the lock is held
 * until the build itself has ended, so two builds never meet in one folder.
 */
async function build(recipe: Recipe, directory: string): Promise<void> {
    const script = `set -eu
directory=$1; shift
test ! -d "$directory" || exit 0
rm -rf --one-file-system "$directory.building"
mmdebstrap "$@" > "$directory.log" 2>&1 || { tail -n 20 "$directory.log"; exit 1; }
mv "$directory.building" "$directory"
rm -f "$directory.log"`;
    const { suite, packages, leaveOut, finish, aptOptions = [] } = recipe;
    const args = [
        "--variant=apt",
        // A half-built image is thrown away: no need to wait for the disk after every package.
        "--dpkgopt=force-unsafe-io",
        `--include=${packages.join(",")}`,
        ...leaveOut.map((path) => `--dpkgopt=path-exclude=${path}`),
        ...aptOptions.map((option) => `--aptopt=${option}`),
        `--customize-hook=${finish.replaceAll("root=$1", 'root="$1"')}`,
        // No mirror: the suite's usual ones, security updates among them.
        suite,
        `${directory}.building`,
    ];
    await run("mkdir", ["-p", imageCache()]);
    await run("flock", [`${directory}.lock`, "sh", "-c", script, "sh", directory, ...args]);
}
