/** Where the tests run: on this machine or in a root file system, neither of which they change, or in a container. */
import { child, howItEnded, succeeded } from "../../tools/child";
import { succeeds, UserError } from "../../tools/run";

export interface Place {
    /** A root file system with the daemons; this machine's own without it. */
    root?: string;
    /** An image with the daemons, run by docker or podman. */
    container?: string;
    /** This machine itself, which is thrown away afterwards. */
    inPlace: boolean;
}

/** Layers on the folders that are written to, in namespaces that go with the program. $1 is the root file system. */
const LAYERS = `set -eu
root=$1
script=$(cat; echo .)
layers=$(mktemp -d)
mount --make-rprivate /
mount -t tmpfs tmpfs "$layers"
for folder in etc var usr/local tmp; do
    test -d "$root/$folder" || continue
    mkdir -p "$layers/$folder/upper" "$layers/$folder/work"
    chmod --reference="$root/$folder" "$layers/$folder/upper"
    mount -t overlay overlay -o "lowerdir=$root/$folder,upperdir=$layers/$folder/upper,workdir=$layers/$folder/work" "$root/$folder"
done
mount -t tmpfs tmpfs "$root/run"
if test "$root" = /; then
    printf %s "\${script%.}" | sh -s
else
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount --rbind /sys "$root/sys"
    printf %s "\${script%.}" | chroot "$root" sh -s
fi`;

const HOW =
    "Run it as root, or as somebody who may use sudo without a password. In a container that may not mount, add " +
    "--in-place when the container is thrown away after the job.";

/** Runs a shell program there as root, and gives back all it printed. */
export async function runIn(place: Place, script: string): Promise<string> {
    const [program, ...args] = await commandFor(place);
    const ended = await child(program!, args, { input: script, timeout: 120_000, env: { TMPDIR: "/tmp" } });
    // 98 and 99 are the program's own: it has reported why.
    if (succeeded(ended)) return ended.output;
    const lastLines = ended.output.trim().split("\n").slice(-5).join("\n");
    throw new UserError(
        `The tests could not be run (${program}: ${howItEnded(ended)})${lastLines === "" ? "." : `:\n${lastLines}`}\n` +
            (place.container === undefined ? HOW : "Does the image have a shell?"),
    );
}

async function commandFor(place: Place): Promise<string[]> {
    if (place.container !== undefined)
        return [
            await containerEngine(),
            "run",
            "--rm",
            "--interactive",
            "--sysctl=net.ipv4.ip_nonlocal_bind=1",
            "--user=0",
            "--entrypoint=sh",
            place.container,
            "-s",
        ];
    const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "--non-interactive", "--"];
    if (place.inPlace) return [...asRoot, "sh", "-s"];
    return [...asRoot, "unshare", "--mount", "--net", "--", "sh", "-c", LAYERS, "sh", place.root ?? "/"];
}

async function containerEngine(): Promise<string> {
    for (const engine of ["docker", "podman"]) if (await succeeds(engine, ["--version"])) return engine;
    throw new UserError("--container needs docker or podman, and there is neither.");
}
