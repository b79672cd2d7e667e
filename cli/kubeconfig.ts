/** `npm run kubeconfig`: a kubeconfig whose server is the VIP, as a file of your own. */
import { Endpoint } from "../components/text/endpoint";
import { urlHost } from "../components/text/urlHost";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { z } from "zod";
import { commandLine } from "../tools/commandLine";
import { exists } from "../tools/exists";
import { flag, required, text } from "../tools/options";
import { say } from "../tools/progress";
import { UserError } from "../tools/run";
import { ofStack } from "./options";
import { stackOutputs } from "./stackOutputs";

const line = commandLine({
    call: "npm run kubeconfig --",
    about:
        "Writes a kubeconfig whose server is the VIP, to a file that only you can read: the stack's own, or a " +
        "copy of one that you name.",
    options: {
        ...ofStack,
        from: text("FILE", "the kubeconfig to copy; without it the one that the stack was given"),
        out: required("FILE", 'where to write it; "-" is the terminal'),
        force: flag("write over a file that is there"),
    },
    statuses: { 0: "it was written" },
    examples: [
        "npm run kubeconfig -- --out ~/.kube/prod",
        "npm run kubeconfig -- --stack prod --from admin.conf --out vip.conf",
    ],
});

export async function kubeconfig(words: string[]): Promise<void> {
    const options = line.read(words);
    if (options.out !== "-" && !options.force && (await exists(options.out))) {
        throw new UserError(
            `${options.out} exists and was left as it is; write over it with --force, or choose another file.`,
        );
    }
    const outputs = await stackOutputs(options.stack);
    const url = outputs["kubeconfigServerUrl"];
    if (typeof url !== "string")
        throw new UserError("The stack has no output kubeconfigServerUrl; make it with: pulumi up");
    const text = options.from === undefined ? ownOf(outputs) : await fromFile(options.from, outputs, url);
    if (options.out === "-") {
        process.stdout.write(text);
        return;
    }
    await write(options.out, text, options.force);
    say(`${options.out} speaks to ${url}; try it with: kubectl --kubeconfig ${options.out} get nodes`);
}

function ownOf(outputs: Record<string, unknown>): string {
    const text = outputs["kubeconfig"];
    if (typeof text === "string" && text !== "") return text;
    throw new UserError(
        "The stack knows no kubeconfig. Name the cluster's own with --from FILE; or once for all, then " +
            "pulumi up: pulumi config set kubeconfigFile FILE",
    );
}

/** The same as the component does, for a file the stack does not know. */
async function fromFile(file: string, { vip, inspection }: Record<string, unknown>, url: string): Promise<string> {
    const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
        throw new UserError(
            `${file} cannot be read: ` +
                `${error.code === "ENOENT" ? "there is no such file" : (error.code ?? error.message)}.`,
        );
    });
    // What was deployed, of whatever program: this checkout's configuration may be another stack's of the same name.
    const known = z.object({ apiServers: z.array(z.string()), authority: z.string().optional() }).safeParse(inspection);
    if (!known.success)
        throw new UserError(
            "The stack has no output inspection; make it with: pulumi up. A program of your own must export " +
                "inspection of its HaApiLoadBalancer.",
        );
    const { apiServers, authority } = known.data;
    const name = urlHost(url);
    // Brings Pulumi's SDK along, which takes seconds to load.
    const { rewriteKubeconfig } = await import("../components/render/kubeconfig.js");
    try {
        return rewriteKubeconfig(
            text,
            {
                vips: [{ address: String(vip), ...(name === vip ? {} : { name }) }],
                servers: apiServers.map((server) => Endpoint.read(server).address.toString()),
                ...(authority === undefined ? {} : { authority }),
            },
            url,
        );
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
        throw new UserError(
            `${file} cannot be written: ${code === "ENOENT" ? "its folder does not exist" : (code ?? message)}.`,
        );
    }
}
