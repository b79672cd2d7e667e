/**
 * The real daemons' word on what is rendered: nginx, HAProxy, keepalived, nft, systemd-analyze and shellcheck, of
 * Debian 13 and of Debian 12.
 *
 * They run in root file systems that the lab builds and keeps (proving-ground/lab/hypervisor/image.ts), each with a
 * network of its own; nothing is installed on this machine, and nothing of it is changed. A call costs milliseconds, so
 * that a property can ask them thousands of times.
 */
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { programText } from "../components/host/assemble";
import { PROGRAMS } from "../components/host/programs";
import { LIBEXEC } from "../components/host/paths";
import {
    type CheckedRelease,
    checkersOf,
    ensureImage,
    imagePath,
    TESTING,
} from "../proving-ground/lab/hypervisor/image";
import { RELEASES } from "../proving-ground/lab/release";
import { isRoot, type Outcome, outcomeOf } from "./components/programs";

export type { Outcome };

/** Content of a file, or with it a mode other than 0644. */
export type CheckedFile = string | { content: string; mode: number };

/** Set by `npm run test:release`, for what the next Debian says. */
const CHECKED: readonly CheckedRelease[] = process.env["HA_API_TEST_CHECKERS"] === TESTING ? [TESTING] : RELEASES;

export interface Checker {
    release: CheckedRelease;
    /**
     * Runs a program of that release as root, to its end (30 s at most), and returns its exit status and all its
     * output. `files`, by path, are there for this run only, at the very paths that they have on a host. What is there
     * besides: the packages' own files, the programs of ours in /usr/local/libexec/ha-api, the users nginx and haproxy,
     * the interface `CHECKED_INTERFACE` (10.30.100.101/24), and leave to bind addresses that the host does not have.
     * What is not: a daemon that runs, systemd, and anything of ours in /run.
     */
    run(program: string, args: readonly string[], files?: Readonly<Record<string, CheckedFile>>): Outcome;
}

/** The only interface but lo. Fill it in for `INTERFACE_PLACEHOLDER`. */
export const CHECKED_INTERFACE = "ens18";

/**
 * A test for each Debian release, whose title says which. Skipped, with the reason in its title, where the programs
 * cannot be run.
 */
export function itOnEachRelease(
    title: string,
    body: (checker: Checker) => void | Promise<void>,
    timeoutMs = 60_000,
): void {
    const need = noCheckers();
    for (const release of CHECKED) {
        const whole = `${title} (Debian ${release})`;
        if (need !== false)
            it(`${whole} [skipped: ${need}]`, function () {
                this.skip();
            });
        else
            it(whole, async function () {
                this.timeout(BUILD_MS);
                const checker = await checkerOf(release);
                this.timeout(timeoutMs);
                await body(checker);
            });
    }
}

/**
 * The same programs for callers that test no particular release, newest release first. Where `noCheckers` has a reason,
 * this fails.
 */
export async function checkers(): Promise<Checker[]> {
    const all: Checker[] = [];
    for (const release of CHECKED) all.push(await checkerOf(release));
    return all;
}

/** Why the programs cannot be run here, in a sentence for the person who runs the tests; false where they can. */
export function noCheckers(): string | false {
    if (process.platform !== "linux") return "the daemons run in a root file system, on Linux only";
    if (!isRoot) return "the daemons run in a root file system of the lab: run as root";
    if (CHECKED.every((release) => existsSync(imagePath(checkersOf(release))))) return false;
    return outcomeOf("sh", ["-c", "command -v mmdebstrap"]).status === 0
        ? false
        : "their root file system takes mmdebstrap to build: apt-get install mmdebstrap";
}

/** Builds the root file systems that are not there yet; a minute or two, once. */
export async function prepareCheckers(): Promise<void> {
    for (const release of CHECKED) await ensureImage(checkersOf(release));
}

/** Longest time that a build may take, on a busy machine. */
const BUILD_MS = 900_000;

const running = new Map<CheckedRelease, Promise<Checker>>();

/** One for the whole process; it goes when the process does. */
function checkerOf(release: CheckedRelease): Promise<Checker> {
    const checker = running.get(release) ?? start(release);
    running.set(release, checker);
    return checker;
}

/**
 * Keeps namespaces and a throw-away layer on the image alive for as long as its standard input is open: what is written
 * is in memory, and all of it vanishes with the process. Addresses that the host does not have can be bound, as where a
 * proxy listens on the VIP only.
 */
const KEEPER = `set -eu
image=$1 folder=$2 interface=$3
ip link set lo up
ip link add "$interface" type veth peer name peer
ip link set "$interface" up; ip link set peer up
ip addr add 10.30.100.101/24 dev "$interface"
echo 1 > /proc/sys/net/ipv4/ip_nonlocal_bind
echo 1 > /proc/sys/net/ipv6/ip_nonlocal_bind
mount -t tmpfs tmpfs "$folder"
mkdir "$folder/upper" "$folder/work" "$folder/root"
mount -t overlay overlay -o "lowerdir=$image,upperdir=$folder/upper,workdir=$folder/work" "$folder/root"
mount -t proc proc "$folder/root/proc"
mount --rbind /dev "$folder/root/dev"
mount -t tmpfs tmpfs "$folder/root/run"
exec chroot "$folder/root" sh -c 'echo ready; exec cat > /dev/null'`;

async function start(release: CheckedRelease): Promise<Checker> {
    const image = await ensureImage(checkersOf(release));
    const folder = mkdtempSync(join(tmpdir(), "ha-api-checker-"));
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    const keeper = spawn("unshare", ["--mount", "--net", "sh", "-c", KEEPER, "sh", image, folder, CHECKED_INTERFACE], {
        stdio: ["pipe", "pipe", "pipe"],
    });
    await new Promise<void>((resolve, reject) => {
        let output = "";
        for (const stream of [keeper.stdout, keeper.stderr])
            stream.on("data", (data: Buffer) => {
                output += data.toString();
                if (output.endsWith("ready\n")) resolve();
            });
        keeper.once("close", (status) =>
            reject(
                new Error(
                    `the root file system of Debian ${release} could not be entered (exit status ${status}): ${output}`,
                ),
            ),
        );
    });
    // It is there for the tests; it does not keep the process that runs them alive.
    keeper.unref();
    for (const stream of [keeper.stdin, keeper.stdout, keeper.stderr]) (stream as unknown as { unref(): void }).unref();
    const root = `/proc/${keeper.pid}/root`;
    for (const name of PROGRAMS) place(root, `${LIBEXEC}/${name}`, { content: programText(name), mode: 0o755 });
    return { release, run: (program, args, files = {}) => runIn(keeper.pid!, root, program, args, files) };
}

function runIn(
    pid: number,
    root: string,
    program: string,
    args: readonly string[],
    files: Readonly<Record<string, CheckedFile>>,
): Outcome {
    const before = Object.keys(files).map((path) => ({
        path,
        was: existsSync(root + path)
            ? { content: readFileSync(root + path), mode: statSync(root + path).mode & 0o7777 }
            : undefined,
    }));
    try {
        for (const [path, file] of Object.entries(files)) place(root, path, file);
        const { status, signal, stdout, stderr, error } = spawnSync(
            "nsenter",
            [`--target=${pid}`, "--mount", "--net", "--root", "--wd", "--", program, ...args],
            {
                encoding: "utf8",
                timeout: 30_000,
                stdio: ["ignore", "pipe", "pipe"],
                env: { PATH: `${LIBEXEC}:/usr/sbin:/usr/bin:/sbin:/bin`, LC_ALL: "C.UTF-8" },
            },
        );
        return {
            status,
            output: `${stdout ?? ""}${stderr ?? ""}${signal === null ? "" : `(ended by ${signal})`}${error === undefined ? "" : String(error)}`,
        };
    } finally {
        for (const { path, was } of before) {
            if (was === undefined) rmSync(root + path, { force: true });
            else place(root, path, was);
        }
    }
}

function place(root: string, path: string, file: string | { content: string | Buffer; mode: number }): void {
    const { content, mode } = typeof file === "string" ? { content: file, mode: 0o644 } : file;
    mkdirSync(dirname(root + path), { recursive: true });
    rmSync(root + path, { force: true });
    writeFileSync(root + path, content);
    // Whatever this process takes away from the modes of new files.
    chmodSync(root + path, mode);
}
