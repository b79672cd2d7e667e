/**
 * Records the states that a version leaves: `npx tsx test/upgrade/record.ts VERSION [CHECKOUT]`, as root. The real
 * engine brings up each stack in a network of its own, in which every address is an SSH server that agrees to all it is
 * asked, and a fake Proxmox makes VMs that are nothing.
 */
import { execFile, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ensureToolchain } from "../../proving-ground/toolchain";
import { projectFolder } from "../../tools/cache";
import { FakeProxmoxServer } from "../lab/proxmox/fakeProxmoxServer";
import { finish, newKey, type RemoteProcess, startSshServer } from "../plugin-stand-ins/sshServer";
import { type Exported, packed, type Texts } from "./recording";
import { ENDPOINT, environmentIn, RECORDED, STACK, stackFolder, STACKS } from "./stacks";

const [version, checkout = projectFolder] = process.argv.slice(2);
const INSIDE = "HA_API_RECORD_INSIDE";

if (version === undefined) throw new Error("Which version? npx tsx test/upgrade/record.ts VERSION [CHECKOUT]");
const run = process.env[INSIDE] === undefined ? inNetworkOfItsOwn : record;
run(version).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
});

async function inNetworkOfItsOwn(): Promise<void> {
    await ensureToolchain();
    const network =
        "ip link set lo up && ip address add 10.30.100.1/24 dev lo && " +
        'for n in 11 12 101 102; do ip address add 10.30.100.$n/24 dev lo; done && exec "$@"';
    const self = [process.execPath, "--import", "tsx", __filename, ...process.argv.slice(2)];
    const { status } = spawnSync("unshare", ["--net", "bash", "-euc", network, "bash", ...self], {
        cwd: projectFolder,
        env: { ...process.env, [INSIDE]: "yes" },
        stdio: "inherit",
    });
    process.exitCode = status ?? 1;
}

async function record(name: string): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), "ha-api-record-"));
    const key = newKey();
    const answer = async (remote: RemoteProcess): Promise<void> => {
        const text = await remote.stdin();
        finish(remote, { stdout: answerTo(remote.command, text.toString(), key.public) });
    };
    const ssh = await startSshServer({ run: answer, hostKey: key, port: 22, address: "0.0.0.0" });
    const proxmox = await FakeProxmoxServer.start();
    try {
        const texts: Texts = {};
        const target = join(RECORDED, name);
        await mkdir(target, { recursive: true });
        for (const stack of Object.keys(STACKS)) {
            const state = (await stateOf(stack, join(folder, stack), proxmox.endpoint)).replaceAll(
                proxmox.endpoint,
                ENDPOINT,
            );
            await writeJson(join(target, `${stack}.json`), packed(JSON.parse(state) as Exported, texts));
            console.error(`recorded ${stack}`);
        }
        await writeJson(join(target, "texts.json"), texts);
    } finally {
        await ssh.close();
        await proxmox.stop();
        await rm(folder, { recursive: true, force: true });
    }
}

/** The first contact asks for the host key, which later ones pin. */
function answerTo(command: string, input: string, hostKey: string): string {
    if (command.endsWith("bash -s")) return hostKey.split(" ").slice(0, 2).join(" ");
    return input.includes("packages=(") ? "keepalived 1:2.3.3-1" : "";
}

/** Brings the stack up, and exports its state. */
async function stateOf(stack: string, folder: string, endpoint: string): Promise<string> {
    await stackFolder(folder, stack, checkout, endpoint, { verify: false });
    const env = { ...process.env, ...(await ensureToolchain()).environment, ...environmentIn(folder) };
    // Not synchronously: the servers are in this process.
    const pulumi = async (...args: string[]): Promise<string> =>
        (
            await promisify(execFile)("pulumi", [...args, "--non-interactive"], {
                cwd: folder,
                env,
                maxBuffer: 64 * 1024 * 1024,
            })
        ).stdout;
    await pulumi("stack", "init", STACK);
    await pulumi("up", "--yes", "--skip-preview");
    return pulumi("stack", "export", "--stack", STACK);
}

const writeJson = (file: string, value: unknown): Promise<void> =>
    writeFile(file, `${JSON.stringify(value, undefined, 1)}\n`);
