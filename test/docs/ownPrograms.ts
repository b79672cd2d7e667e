/** Folders as a reader has them: a clone without node_modules, and beside it the folder of a program. */
import { spawn, spawnSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { utils } from "ssh2";
import { projectFolder } from "../../tools/cache";
import { ensureToolchain } from "../../proving-ground/toolchain";

export interface Reader {
    folder: string;
    /** The clone, as it is now, uncommitted changes and all. */
    clone: string;
    /** What is put here is found before all other programs. */
    bin: string;
    /** An empty folder beside the clone. */
    program: (name: string) => Promise<string>;
    environment: Readonly<Record<string, string | undefined>>;
    /** Runs shell text as it is printed; rejects with its output when it fails. */
    run: (text: string, folder: string, input?: string) => Promise<string>;
    remove: () => Promise<void>;
}

/**
 * With a home folder of its own, in which there is a key pair, and Pulumi's state in a folder beside. `besides`:
 * further variables.
 */
export async function newReader(besides: Record<string, string> = {}): Promise<Reader> {
    const folder = await mkdtemp(join(tmpdir(), "ha-api-reader-"));
    const clone = join(folder, "ha-api-load-balancer");
    await copyCheckout(clone);
    const home = join(folder, "home");
    await mkdir(join(home, ".ssh"), { recursive: true, mode: 0o700 });
    for (const name of ["state", "bin"]) await mkdir(join(folder, name));
    const pem = generateKeyPairSync("ec", { namedCurve: "prime256v1" })
        .privateKey.export({ type: "sec1", format: "pem" })
        .toString();
    await writeFile(join(home, ".ssh", "id_ed25519"), pem, { mode: 0o600 });
    const key = utils.parseKey(pem);
    if (key instanceof Error) throw key;
    await writeFile(
        join(home, ".ssh", "id_ed25519.pub"),
        `${key.type} ${key.getPublicSSH().toString("base64")} reader\n`,
    );
    // Nothing that npm told the process of the tests reaches the reader's npm.
    const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|PULUMI_)/i.test(name)));
    const { environment: toolchain } = await ensureToolchain();
    const environment = {
        ...own,
        ...toolchain,
        PATH: `${join(folder, "bin")}:${toolchain["PATH"]}`,
        HOME: home,
        PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
        PULUMI_CONFIG_PASSPHRASE: "reader",
        // What a machine has fetched once need not be fetched again; the cache is npm's business, not the clone's.
        npm_config_cache: npmCache(),
        npm_config_prefer_offline: "true",
        ...besides,
    };
    return {
        folder,
        clone,
        bin: join(folder, "bin"),
        environment,
        program: async (name) => {
            await mkdir(join(folder, name));
            return join(folder, name);
        },
        run: (text, cwd, input = "") => shell(text, cwd, environment, input),
        remove: () => rm(folder, { recursive: true, force: true }),
    };
}

function npmCache(): string {
    return spawnSync("npm", ["config", "get", "cache"], { encoding: "utf8" }).stdout.trim();
}

/** The checkout as it is now, uncommitted changes and all, without node packages. */
export async function copyCheckout(to: string): Promise<void> {
    const { stdout } = spawnSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "-z"], {
        cwd: projectFolder,
        encoding: "utf8",
    });
    for (const name of new Set(stdout.split("\0").filter((each) => each !== ""))) {
        await cp(join(projectFolder, name), join(to, name), { recursive: true }).catch(
            (error: NodeJS.ErrnoException) => {
                // Deleted and not committed yet.
                if (error.code !== "ENOENT") throw error;
            },
        );
    }
}

function shell(text: string, cwd: string, env: NodeJS.ProcessEnv, input: string): Promise<string> {
    return new Promise((resolve, reject) => {
        const child = spawn("bash", ["-euo", "pipefail", "-c", text], { cwd, env, stdio: "pipe" });
        let out = "",
            all = "";
        child.stdout.on("data", (data: Buffer) => {
            out += data.toString();
            all += data.toString();
        });
        child.stderr.on("data", (data: Buffer) => {
            all += data.toString();
        });
        child.stdin.on("error", () => undefined);
        child.stdin.end(input);
        child.on("error", reject);
        child.on("close", (status) =>
            status === 0 ? resolve(out) : reject(new Error(`exit status ${status} of:\n${text}\n${all}`)),
        );
    });
}
