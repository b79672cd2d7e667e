/** `npm run kubeconfig -- [--stack NAME] [--from FILE] --out FILE [--force]`: a kubeconfig whose server is the VIP, as a file of your own. */
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { exists } from "../tools/exists";
import { say } from "../tools/progress";
import { UserError } from "../tools/run";
import { stackConfig, stackOutputs } from "./stackOutputs";

export const USAGE = "npm run kubeconfig -- [--stack NAME] [--from FILE] --out FILE [--force]";

interface Options {
    stack: string | undefined;
    from: string | undefined;
    /** `-` is standard output. */
    out: string;
    force: boolean;
}

export async function kubeconfig(args: string[]): Promise<void> {
    const options = read(args);
    if (options.out !== "-" && !options.force && (await exists(options.out))) {
        throw new UserError(`${options.out} exists and was left as it is; write over it with --force, or choose another file.`);
    }
    const outputs = await stackOutputs(options.stack);
    const url = outputs["kubeconfigServerUrl"];
    if (typeof url !== "string") throw new UserError("The stack has no output kubeconfigServerUrl; make it with: pulumi up");
    const text = options.from === undefined ? ofStack(outputs) : await fromFile(options.from, options.stack, outputs, url);
    if (options.out === "-") {
        process.stdout.write(text);
        return;
    }
    await write(options.out, text, options.force);
    say(`${options.out} speaks to ${url}; try it with: kubectl --kubeconfig ${options.out} get nodes`);
}

function read(args: string[]): Options {
    try {
        const { values } = parseArgs({
            args, options: { stack: { type: "string" }, from: { type: "string" }, out: { type: "string" }, force: { type: "boolean" } },
        });
        if (values.out === undefined || values.out === "") throw new UserError(`Say where to write it, "-" is the terminal: ${USAGE}`);
        return { stack: values.stack, from: values.from, out: values.out, force: values.force ?? false };
    } catch (error) {
        if (error instanceof UserError) throw error;
        throw new UserError(`${(error as Error).message.split(". ")[0]}. Use: ${USAGE}`);
    }
}

function ofStack(outputs: Record<string, unknown>): string {
    const text = outputs["kubeconfig"];
    if (typeof text === "string" && text !== "") return text;
    throw new UserError("The stack knows no kubeconfig. Name the cluster's own with --from FILE; or once for all, then pulumi up: pulumi config set kubeconfigFile FILE");
}

/** The same as the component does, for a file the stack does not know. */
async function fromFile(file: string, stack: string | undefined, { vip }: Record<string, unknown>, url: string): Promise<string> {
    const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
        throw new UserError(`${file} cannot be read: ${error.code === "ENOENT" ? "there is no such file" : (error.code ?? error.message)}.`);
    });
    const { apiServers, layer, tls } = await stackConfig(stack) as { apiServers?: string[]; layer?: number | string; tls?: { issuer?: { certificateFile?: string } } };
    const issuerFile = Number(layer ?? 4) === 7 ? tls?.issuer?.certificateFile : undefined;
    const authority = issuerFile === undefined ? undefined : await readFile(issuerFile, "utf8");
    const name = new URL(url).hostname;
    // Brings Pulumi's SDK along, which takes seconds to load.
    const { rewriteKubeconfig } = await import("../components/kubeconfig.js");
    try {
        return rewriteKubeconfig(text, {
            vip: { address: String(vip), ...(name === vip ? {} : { name }) },
            servers: (apiServers ?? []).map((server) => server.replace(/:\d+$/, "")),
            ...(authority === undefined ? {} : { authority }),
        }, url);
    } catch (error) {
        throw new UserError(`${file}: ${(error as Error).message.replace(/^kubeconfig: /, "")}`);
    }
}

/** Never readable by others, not even for a moment, also where it takes the place of a file that was. */
async function write(file: string, text: string, force: boolean): Promise<void> {
    const draft = `${file}.${process.pid}.new`;
    try {
        await writeFile(force ? draft : file, text, { mode: 0o600, flag: "wx" });
        if (force) await rename(draft, file).finally(() => rm(draft, { force: true }));
    } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        throw new UserError(`${file} cannot be written: ${code === "ENOENT" ? "its folder does not exist" : (code ?? message)}.`);
    }
}
