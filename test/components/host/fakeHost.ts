/**
 * A host made of folders: the programs that run on hosts see it as their own /etc, /run and /var/lib, in a mount
 * namespace of their own, and find there a systemctl, an ip, ... that record their arguments in files.
 *
 * Its one service is `demo`: it reads /etc/demo/demo.conf when it starts or reloads, says on a port what the line
 * `answer TEXT` tells it to say, and its checker refuses a file with the word `broken`.
 */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import {
    chmodSync,
    cpSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    renameSync,
    rmSync,
    statfsSync,
    statSync,
    writeFileSync,
} from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { programText } from "../../../components/host/assemble";
import { isRoot, outcomeOf, type Outcome } from "../programs";

/** Why there can be no fake host here, or false. */
export function noFakeHost(): string | false {
    if (process.platform !== "linux") return "it needs mount namespaces, which only Linux has";
    if (!isRoot) return "it needs a mount namespace: run as root";
    const { status } = outcomeOf("unshare", ["--mount", "mount", "--bind", "/var/lib", "/var/lib"]);
    return status === 0 ? false : "this machine allows no mount namespace";
}

/** Gives each test of the surrounding `describe` a host of its own, where this machine can have one. */
export function fakeHostForEachTest(use: (host: FakeHost) => void | Promise<void>, disk?: number): void {
    let host: FakeHost | undefined;
    beforeEach(async () => {
        if (noFakeHost() !== false) return;
        host = new FakeHost(disk);
        await host.start();
        await use(host);
    });
    afterEach(async () => {
        await host?.stop();
        host = undefined;
    });
}

const PROGRAMS: Record<string, string> = {
    systemctl: `
echo "$*" >> "$FAKE/systemctl.log"
verb=$1; unit=\${!#}; quiet=""
[[ " $* " == *" --quiet "* ]] && quiet=yes
state() { cat "$FAKE/$1/$unit" 2> /dev/null || echo "$2"; }
run() {
    if [[ -e $FAKE/fails/$1 || $(state enabled disabled) == masked ]]; then exit 1; fi
    echo active > "$FAKE/active/$unit"
    cp "/etc/$unit/$unit.conf" "$FAKE/running/$unit"
}
case $verb in
    is-active) now=$(state active inactive); [[ -n $quiet ]] || echo "$now"; [[ $now == active ]] ;;
    is-enabled) now=$(state enabled disabled); [[ -n $quiet ]] || echo "$now"; [[ $now == enabled ]] ;;
    enable) [[ $(state enabled disabled) != masked ]] || exit 1; [[ $(state enabled disabled) == static ]] || echo enabled > "$FAKE/enabled/$unit" ;;
    mask) echo masked > "$FAKE/enabled/$unit" ;;
    unmask) echo disabled > "$FAKE/enabled/$unit" ;;
    disable) echo disabled > "$FAKE/enabled/$unit" ;;
    start | restart | reload) run "$verb" ;;
    reload-or-restart) run reload ;;
    stop) echo inactive > "$FAKE/active/$unit"; rm -f "$FAKE/running/$unit" ;;
    show) echo 0 ;;
    daemon-reload)
        if [[ -e $FAKE/fails/cut-off ]]; then kill -KILL "$PPID"; fi
        [[ ! -e $FAKE/fails/daemon-reload ]] ;;
    reset-failed) ;;
    *) echo "systemctl $*: not known" >&2; exit 99 ;;
esac`,
    ip: `
case "$*" in
    "-o -4 address show to 10.30.100.101/32") echo "2: ens18    inet 10.30.100.101/24 brd 10.30.100.255 scope global ens18" ;;
    "-o -4 address show to "*) ;;
    "-o -4 address show scope global") echo "2: ens18    inet 10.30.100.101/24 brd 10.30.100.255 scope global ens18" ;;
    "link show dev ens18") ;;
    "-o link show") echo "1: lo: <LOOPBACK>"; echo "2: ens18: <BROADCAST>" ;;
    *) exit 1 ;;
esac`,
    networkctl: `echo "    Network File: /run/systemd/network/10-netplan-ens18.network"`,
    ss:
        `[[ ! -e $FAKE/ss ]] || { cat "$FAKE/ss"; exit; }; echo 'tcp LISTEN 0 511 0.0.0.0:6443 0.0.0.0:* ` +
        `users:(("demo",pid=7,fd=5))'`,
    journalctl: `echo "demo: last words"`,
    "systemd-tmpfiles": `mkdir -p /run/ha-api; [[ -e /run/ha-api/proxy-down ]] || echo 1 > /run/ha-api/proxy-down`,
    "demo-check": `
if grep -q broken "$1"; then echo "demo: unknown directive in $1:$(grep -n broken "$1" | cut -d: -f1)" >&2; exit 1; fi`,
};

const PROGRAMS_UNDER_TEST = [
    "converge",
    "restore",
    "keep-credentials",
    "switchover",
    "vrrp-state",
    "uninstall",
    "upgrade-packages",
    "ready",
    "watch",
] as const;

/** Changes of a program's text that let tests be short, and keep it away from this machine's own files. */
export const inTests = (text: string): string =>
    text
        .replace("READY_SECONDS=20", "READY_SECONDS=1")
        .replace("LOCK_SECONDS=300 LOCK_PAUSE=5", "LOCK_SECONDS=2 LOCK_PAUSE=0.2")
        .replace("POLICY=/usr/sbin/", "POLICY=/run/")
        .replaceAll("/usr/local/libexec", "/run/libexec");

/** Gives a program of a host its input; what it printed, and how it ended. */
export function ended(child: ChildProcessWithoutNullStreams, input: string): Promise<Outcome> {
    let output = "";
    for (const stream of [child.stdout, child.stderr])
        stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    // A program that ends before it has read all closes its standard input.
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
    return new Promise((resolve, reject) => {
        child.once("error", reject).once("close", (status) => resolve({ status, output }));
    });
}

export class FakeHost {
    readonly folder = mkdtempSync(join(tmpdir(), "ha-api-host-"));
    private server: Server | undefined;

    /**
     * @param disk Size of a disk of its own for /etc and /var/lib, in kB; without it they are folders of this
     * machine's.
     */
    constructor(private readonly disk?: number) {}

    async start(): Promise<void> {
        if (this.disk !== undefined) this.mountDisk(this.disk);
        for (const name of [
            "etc",
            "run",
            "var-lib",
            "sbin",
            "fake/active",
            "fake/enabled",
            "fake/running",
            "fake/fails",
        ])
            mkdirSync(join(this.folder, name), { recursive: true });
        for (const name of ["passwd", "group", "nsswitch.conf", "ld.so.cache", "alternatives"]) {
            if (existsSync(`/etc/${name}`))
                cpSync(`/etc/${name}`, join(this.folder, "etc", name), { recursive: true, verbatimSymlinks: true });
        }
        for (const [name, program] of Object.entries(PROGRAMS)) {
            this.program(name, program);
        }
        for (const name of PROGRAMS_UNDER_TEST) this.alter(name, inTests);
        // The uninstall program finds this one on its PATH.
        cpSync(join(this.folder, "restore"), join(this.folder, "sbin/restore"));
        chmodSync(join(this.folder, "sbin/restore"), 0o755);
        this.server = createServer((socket) => {
            socket.on("error", () => undefined);
            socket.end(`${/^answer (.*)$/m.exec(this.running("demo") ?? "")?.[1] ?? ""}\n`);
        });
        await new Promise<void>((resolve) => this.server!.listen(0, "127.0.0.1", resolve));
    }

    async stop(): Promise<void> {
        await new Promise((resolve) => this.server!.close(resolve));
        for (const name of this.disk === undefined ? [] : ["etc", "var-lib", "disk"])
            outcomeOf("umount", ["--lazy", join(this.folder, name)]);
        rmSync(this.folder, { recursive: true });
    }

    /** Changes one of the host's programs, as the tests' shorter times do. */
    alter(program: (typeof PROGRAMS_UNDER_TEST)[number], change: (text: string) => string): void {
        const path = join(this.folder, program);
        writeFileSync(path, change(existsSync(path) ? readFileSync(path, "utf8") : programText(program)));
    }

    private mountDisk(kilobytes: number): void {
        for (const name of ["disk", "etc", "var-lib"]) mkdirSync(join(this.folder, name));
        const mount = (...words: string[]): void => {
            const { status, output } = outcomeOf("mount", words);
            if (status !== 0) throw new Error(output);
        };
        mount("-t", "tmpfs", "-o", `size=${kilobytes}k`, "ha-api-test", join(this.folder, "disk"));
        for (const name of ["etc", "var-lib"]) {
            mkdirSync(join(this.folder, "disk", name));
            mount("--bind", join(this.folder, "disk", name), join(this.folder, name));
        }
    }

    /** Fills the disk but for so many kB; `undefined` makes room again. */
    fill(leave?: number): void {
        const filler = join(this.folder, "disk", "filler");
        rmSync(filler, { force: true });
        if (leave === undefined) return;
        const { bavail, bsize } = statfsSync(join(this.folder, "disk"));
        writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - leave * 1024)));
    }

    /** Where the demo service answers. */
    get port(): number {
        return (this.server!.address() as AddressInfo).port;
    }

    /** Runs one of the host's programs and returns its output. */
    run(program: (typeof PROGRAMS_UNDER_TEST)[number], input = "", ...words: string[]): Promise<Outcome> {
        return ended(this.spawn("bash", join(this.folder, program), ...words), input);
    }

    /** Starts a command that sees this host as its own. */
    spawn(...command: string[]): ChildProcessWithoutNullStreams {
        const binds = [
            ["etc", "/etc"],
            ["run", "/run"],
            ["var-lib", "/var/lib"],
            ["sbin", "/usr/local/sbin"],
        ].map(([from, to]) => `mount --bind ${join(this.folder, from!)} ${to!}`);
        return spawn("unshare", ["--mount", "bash", "-c", `${binds.join(" && ")} && exec ${command.join(" ")}`], {
            env: {
                ...process.env,
                FAKE: join(this.folder, "fake"),
                PATH: "/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin",
            },
        });
    }

    /** Puts a program of a test's own on this host. */
    program(name: string, text: string): void {
        writeFileSync(join(this.folder, "sbin", name), `#!/bin/bash\n${text}\n`);
        chmodSync(join(this.folder, "sbin", name), 0o755);
    }

    private place(path: string): string {
        return join(this.folder, path.replace(/^\/var\/lib/, "/var-lib"));
    }

    /** A file of the host, or undefined. */
    read(path: string): string | undefined {
        return existsSync(this.place(path)) ? readFileSync(this.place(path), "utf8") : undefined;
    }

    /** A file the programs of this host wrote down what they were told in, or undefined. */
    readFake(name: string): string | undefined {
        const path = join(this.folder, "fake", name);
        return existsSync(path) ? readFileSync(path, "utf8") : undefined;
    }

    /** Tells the programs of this host something; without a text no more. */
    writeFake(name: string, content?: string): void {
        const path = join(this.folder, "fake", name);
        if (content === undefined) rmSync(path, { force: true });
        else writeFileSync(path, content);
    }

    /** Whole at every moment: a program that runs meanwhile never reads an empty file. */
    write(path: string, content: string): void {
        const place = this.place(path);
        mkdirSync(dirname(place), { recursive: true });
        writeFileSync(`${place}.fake-new`, content);
        renameSync(`${place}.fake-new`, place);
    }

    remove(path: string): void {
        // A service may write there meanwhile.
        rmSync(this.place(path), { recursive: true, force: true, maxRetries: 5 });
    }

    /** What the service read when it last started or reloaded; undefined when it does not run. */
    running(service: string): string | undefined {
        const path = join(this.folder, "fake/running", service);
        return existsSync(path) ? readFileSync(path, "utf8") : undefined;
    }

    /** Makes a verb of systemctl fail from now on; `cut-off` ends whoever asks for daemon-reload. */
    fail(verb: string): void {
        writeFileSync(join(this.folder, "fake/fails", verb), "");
    }

    heal(verb: string): void {
        rmSync(join(this.folder, "fake/fails", verb));
    }

    /** What `ss` says from now on. */
    listening(text: string): void {
        writeFileSync(join(this.folder, "fake/ss"), text);
    }

    set(what: "active" | "enabled", unit: string, state: string): void {
        writeFileSync(join(this.folder, "fake", what, unit), state);
    }

    get(what: "active" | "enabled", unit: string): string | undefined {
        const path = join(this.folder, "fake", what, unit);
        return existsSync(path) ? readFileSync(path, "utf8").trim() : undefined;
    }

    /** The orders that systemctl got since the last call, without questions. */
    orders(): string[] {
        const path = join(this.folder, "fake/systemctl.log");
        const log = existsSync(path) ? readFileSync(path, "utf8").split("\n") : [];
        rmSync(path, { force: true });
        return log.filter((line) =>
            /^(start|restart|reload|reload-or-restart|stop|enable|disable|mask|unmask|daemon-reload)\b/.test(line),
        );
    }

    /** Permissions of a file of the host. */
    mode(path: string): number {
        return statSync(this.place(path)).mode & 0o777;
    }

    /** Names in a folder of the host, sorted; none when it is not there. */
    list(path: string): string[] {
        return existsSync(this.place(path)) ? readdirSync(this.place(path)).sort() : [];
    }

    /** Names of everything in /etc but what every machine has. */
    etc(): string[] {
        return readdirSync(join(this.folder, "etc"), { recursive: true })
            .map(String)
            .filter((name) => !/^(passwd|group|nsswitch\.conf|ld\.so\.cache|alternatives)/.test(name))
            .sort();
    }
}
