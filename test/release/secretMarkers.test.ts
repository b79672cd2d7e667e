/**
 * A whole life with something recognisable in every secret: where it may be seen, and where it is never. What Pulumi
 * itself does with configuration (it hands it to the program by an environment variable) is the one exception.
 */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { proxmoxTokenFile } from "../../proving-ground/lab/proxmoxDaemon";
import { keys } from "../../proving-ground/lab/pki";
import { sshArguments } from "../../proving-ground/lab/ssh";
import { projectFolder } from "../../tools/cache";
import { needsLab } from "../lab/machines/support";
import { address, answersAtVip, instance, Stack, type StackConfig, twoVirtualMachines } from "../lab/stack/support";

const TOKEN = "MARKEDTOKENOFAUSER";
const kubeconfig = (server: string): string =>
    JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        clusters: [{ name: "c", cluster: { server } }],
        users: [{ name: "u", user: { token: TOKEN } }],
    });

/** Looks at every process of this machine and of those in it, again and again. */
class Watched {
    /** What was seen where, by the name of the secret. */
    readonly seen = new Set<string>();
    private over = false;
    private readonly work: Promise<void>;

    constructor(private readonly marks: Record<string, string>) {
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

describe("secrets with something recognisable in them", function () {
    this.timeout(600_000);
    this.bail(true);
    const stack = new Stack("test-markers");
    const base = twoVirtualMachines();
    let secrets: Record<string, string>;
    let marks: Record<string, string>;
    let watched: Watched;
    /** All that was printed. */
    const printed: string[] = [];

    before(async function () {
        await needsLab(this);
        await stack.create(base);
        const token = (await readFile(proxmoxTokenFile(instance, "stack-token"), "utf8")).trim();
        delete stack.environment["PROXMOX_VE_API_TOKEN"];
        const key = await readFile(keys(instance).sshKey, "utf8");
        secrets = {
            sshPrivateKey: key,
            proxmoxApiToken: token,
            vrrpPassword: "Mk7vrrPw",
            kubeconfig: kubeconfig(`https://${address(51)}:6443`),
        };
        marks = {
            sshPrivateKey: key.split("\n")[2]!,
            proxmoxApiToken: token.replace(/^.*=/, ""),
            vrrpPassword: secrets["vrrpPassword"]!,
            kubeconfig: TOKEN,
        };
        assert.ok(
            Object.values(marks).every((mark) => mark.length >= 8),
            "nothing that is there by chance",
        );
        watched = new Watched(marks);
    });
    after(async () => {
        await watched?.stop();
        await stack.remove();
    });

    async function configure(over: StackConfig): Promise<void> {
        await stack.configure({
            ...base,
            ssh: { publicKeyFile: keys(instance).sshPublicKey },
            vrrp: { version: 2, advertisementInterval: 1, authentication: "password" },
            ...over,
        });
        for (const [key, value] of Object.entries(secrets)) await setSecret(key, value);
    }

    /** By standard input, as the documents say. */
    function setSecret(key: string, value: string): Promise<void> {
        const child = spawn("pulumi", ["config", "set", "--secret", key, "--non-interactive"], {
            cwd: projectFolder,
            env: { ...process.env, ...stack.environment },
            stdio: ["pipe", "ignore", "inherit"],
        });
        child.stdin.end(value);
        return new Promise((resolve, reject) =>
            child.once("close", (status) => (status === 0 ? resolve() : reject(new Error(`${key}: ${status}`)))),
        );
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

    async function pulumi(status: number, ...words: string[]): Promise<void> {
        const result = await stack.pulumi(...words);
        printed.push(result.output);
        assert.equal(result.status === 0 ? 0 : 1, status, result.output);
    }

    async function command(name: string, ...words: string[]): Promise<void> {
        printed.push((await stack.command(name, ...words)).output);
    }

    it("serve a pair that is made, changed, refused a change, and looked at", async () => {
        await configure({});
        await pulumi(0, "preview", "--diff");
        await pulumi(0, "up", "--yes", "--skip-preview");
        await answersAtVip();
        await configure({ port: 6444 });
        await pulumi(0, "up", "--yes", "--diff");
        await configure({ nginx: { extraConfiguration: "no_such_directive on;" } });
        await pulumi(1, "up", "--yes", "--diff");
        await configure({});
        await pulumi(0, "up", "--yes", "--refresh");
        await pulumi(0, "stack", "output", "--json");
        await command("status", "--json");
        await command("drift");
    });

    it("are in none of what was printed", () => {
        assert.ok(printed.length > 6, "all was kept");
        for (const text of printed)
            for (const [name, mark] of Object.entries(marks)) assert.ok(!text.includes(mark), `${name}: ${text}`);
    });

    it("are nowhere in the state, its history and its backups but encrypted", async () => {
        const folder = join(instance.directory, "pulumi");
        const files = await readdir(folder, { recursive: true, withFileTypes: true });
        const texts = await Promise.all(
            files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), "latin1")),
        );
        assert.ok(texts.length > 3, "there is a state with a history");
        for (const [name, mark] of Object.entries(marks))
            assert.ok(!texts.some((text) => text.includes(mark)), `${name} is in ${folder}`);
    });

    it("are on the hosts in files that only root can read, and in no journal", async () => {
        // By standard input, for what looks for them is a program with arguments too.
        const script = [
            "umask 077; cat > /run/marks << 'END'",
            ...Object.values(marks),
            "END",
            "find /etc /var/lib/ha-api /var/log /run /tmp /usr/local -xdev -type f -perm /o+r " +
                "-exec grep -l -a -F -f /run/marks {} + 2> /dev/null",
            "journalctl --no-pager | grep -a -F -f /run/marks",
            "echo; grep -l -F -f /run/marks /etc/keepalived/keepalived.conf; rm /run/marks",
        ].join("\n");
        for (const host of [101, 102].map(address))
            assert.equal(await asRoot(host, script), "\n/etc/keepalived/keepalived.conf\n", host);
    });

    it("are among no process's arguments, and in no environment but that of Pulumi's program, to the end", async () => {
        await pulumi(0, "destroy", "--yes", "--skip-preview");
        await watched.stop();
        assert.deepEqual([...watched.seen], []);
        assert.ok(!printed.at(-1)!.includes(marks["proxmoxApiToken"]!), "the token is shown");
    });
});
