/** A whole life of a stack with something recognisable in every secret: where that may be seen, and where never. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { sshArguments } from "../../proving-ground/lab/ssh";
import { projectFolder } from "../../tools/cache";
import { instance, type Stack } from "../lab/stack/support";

/** What is recognised, by the name of the secret. */
export type Marks = Record<string, string>;

/** A line of a PEM file that no other file has. */
export const markOfPem = (pem: string): string => pem.split("\n")[2]!;

/** Looks at every process of this machine and of those in it, again and again. */
class Watched {
    /** What was seen where, by the name of the secret. */
    readonly seen = new Set<string>();
    private over = false;
    private readonly work: Promise<void>;

    constructor(private readonly marks: Marks) {
        this.work = this.look();
    }

    async stop(): Promise<void> {
        this.over = true;
        await this.work;
    }

    private async look(): Promise<void> {
        while (!this.over) {
            const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
            await Promise.all(pids.map((pid) => this.lookAt(pid)));
            await sleep(100);
        }
    }

    private async lookAt(pid: string): Promise<void> {
        const read = (name: string): Promise<string> => readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "");
        const [words, environment] = await Promise.all([read("cmdline"), read("environ")]);
        // By PULUMI_CONFIG: that is Pulumi's way to tell a program its configuration.
        const isProgram = words.includes("/@pulumi/pulumi/cmd/run/");
        for (const [name, mark] of Object.entries(this.marks)) {
            const program = words.split("\0").slice(0, 3).join(" ").slice(0, 100).replaceAll(mark, "...");
            if (words.includes(mark)) this.seen.add(`${name} among the arguments of ${program}`);
            if (environment.includes(mark) && !isProgram) this.seen.add(`${name} in the environment of ${program}`);
        }
    }
}

export class MarkedLife {
    /** All that was printed. */
    private readonly printed: string[] = [];
    private readonly watched: Watched;

    constructor(
        private readonly stack: Stack,
        private readonly marks: Marks,
    ) {
        assert.ok(
            Object.values(marks).every((mark) => mark.length >= 8),
            "nothing that is there by chance",
        );
        this.watched = new Watched(marks);
    }

    /** Stops looking at processes. */
    async end(): Promise<void> {
        await this.watched.stop();
    }

    /** By standard input, as the documents say. */
    async setSecrets(secrets: Record<string, string>): Promise<void> {
        for (const [key, value] of Object.entries(secrets)) {
            const child = spawn("pulumi", ["config", "set", "--secret", key, "--non-interactive"], {
                cwd: projectFolder,
                env: { ...process.env, ...this.stack.environment },
                stdio: ["pipe", "ignore", "inherit"],
            });
            child.stdin.end(value);
            await new Promise<void>((resolve, reject) =>
                child.once("close", (status) => (status === 0 ? resolve() : reject(new Error(`${key}: ${status}`)))),
            );
        }
    }

    async pulumi(status: number, ...words: string[]): Promise<void> {
        const result = await this.stack.pulumi(...words);
        this.printed.push(result.output);
        assert.equal(result.status === 0 ? 0 : 1, status, result.output);
    }

    /** One of the project's commands, and the files that it writes. */
    async command(name: string, words: string[] = [], files: string[] = []): Promise<void> {
        const { status, output } = await this.stack.command(name, ...words);
        assert.ok(status <= 1, output);
        this.printed.push(output, ...(await Promise.all(files.map((file) => readFile(file, "utf8")))));
    }

    /** None of what was printed shows one. `times`: at least so often something was. */
    assertNotPrinted(times: number): void {
        assert.ok(this.printed.length >= times, "all was kept");
        for (const text of this.printed)
            for (const [name, mark] of Object.entries(this.marks)) assert.ok(!text.includes(mark), `${name}: ${text}`);
    }

    /** The state, its history and its backups have none but encrypted. */
    async assertNotInState(): Promise<void> {
        const folder = join(instance.directory, "pulumi");
        const files = await readdir(folder, { recursive: true, withFileTypes: true });
        const texts = await Promise.all(
            files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), "latin1")),
        );
        assert.ok(texts.length > 3, "there is a state with a history");
        for (const [name, mark] of Object.entries(this.marks))
            assert.ok(!texts.some((text) => text.includes(mark)), `${name} is in ${folder}`);
    }

    /** No process had one among its arguments or in its environment until now, but Pulumi's program. */
    async assertInNoProcess(): Promise<void> {
        await this.watched.stop();
        assert.deepEqual([...this.watched.seen], []);
    }

    /** Hosts have them in files that only root and the daemons read, which are given back, and in no journal. */
    async filesOn(host: string): Promise<string[]> {
        // By standard input, for what looks for them is a program with arguments too.
        const script = [
            "umask 077; cat > /run/marks << 'END'",
            ...Object.values(this.marks),
            "END",
            "find /etc /var/lib /var/log /run /tmp /usr/local -xdev -type f -perm /o+r " +
                "-exec grep -l -a -F -f /run/marks {} + 2> /dev/null",
            "find / -xdev -type f \\( -name 'core' -o -name 'core.*' \\) -not -path '/usr/*' 2> /dev/null",
            "journalctl --no-pager | grep -a -F -f /run/marks",
            "echo END; grep -rlF -f /run/marks /etc /var/lib/ha-api | LC_ALL=C sort; rm /run/marks",
        ].join("\n");
        const [open, own] = (await asRoot(host, script)).split("END\n");
        assert.equal(open, "", host);
        return own!.split("\n").filter((file) => file !== "");
    }
}

function asRoot(host: string, script: string): Promise<string> {
    const child = spawn("ssh", [...sshArguments(instance, host), "sudo bash -s"], {
        stdio: ["pipe", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));
    child.stdin.end(script);
    return new Promise((resolve) => child.once("close", () => resolve(output)));
}
