/** The deployment a command inspects: its outputs, whatever stack exports them, and the key to its hosts. */
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { z } from "zod";
import type { Deployment } from "../components/inspection/expectation";
import { UserError } from "../tools/run";
import { programFolder } from "./programFolder";
import { stackOutputs, stackSecretsAndConfig } from "./stackOutputs";

const texts = z.record(z.string(), z.string());

const deployment = z.object({
    vip: z.string(),
    hosts: z.array(z.object({ name: z.string(), address: z.string(), priority: z.number(), hostKey: z.string() })),
    files: z.record(z.string(), texts),
    inspection: z.object({
        user: z.string(),
        sshPort: z.number(),
        vips: z
            .array(
                z.object({
                    instance: z.string(),
                    address: z.string(),
                    name: z.exactOptional(z.string()),
                    prefers: z.exactOptional(z.string()),
                    listeners: z.exactOptional(z.array(z.number())),
                }),
            )
            .min(1),
        listeners: z.array(z.number()),
        allowedClients: z.exactOptional(z.array(z.string())),
        bgp: z.exactOptional(
            z.object({
                table: z.number(),
                bfd: z.boolean(),
                routers: z.array(z.object({ name: z.string(), address: z.string() })),
            }),
        ),
        apiServers: z.array(z.string()),
        names: z.array(z.string()),
        services: z.array(z.object({ name: z.string(), packages: z.array(z.string()) })),
        proxyService: z.string(),
        statusPort: z.number(),
        statusProtocol: z.string(),
        configurationChecksum: z.string(),
        modes: texts,
    }),
});

/** Throws a UserError that says what the stack must export. */
export async function deploymentOf(stack: string | undefined): Promise<Deployment> {
    const outputs = await stackOutputs(stack);
    const parsed = deployment.safeParse(outputs);
    if (parsed.success) return parsed.data;
    const missing = Object.keys(deployment.shape).filter((key) => outputs[key] === undefined);
    if (missing.length > 0) {
        throw new UserError(
            `The stack has no output ${missing.join(", ")}. A stack that was brought up has them; a program ` +
                "of your own must export vip, hosts, files and inspection of its HaApiLoadBalancer.",
        );
    }
    const [issue] = parsed.error.issues;
    throw new UserError(
        `The stack's output ${issue!.path.join(".")} is not one of HaApiLoadBalancer: ${issue!.message}`,
    );
}

/** The private SSH key: of the file given, else as the stack program finds it. */
export async function privateKeyOf(stack: string | undefined, identity: string | undefined): Promise<string> {
    if (identity !== undefined) return read(identity, "--identity names");
    const config = await stackSecretsAndConfig(stack);
    const given = config["sshPrivateKey"];
    if (typeof given === "string" && given !== "") return given;
    const { privateKeyFile } = (config["ssh"] ?? {}) as { privateKeyFile?: string };
    return read(privateKeyFile ?? "~/.ssh/id_ed25519", "the stack's ssh.privateKeyFile is");
}

async function read(file: string, whose: string): Promise<string> {
    if (/[\r\n\0]|-----BEGIN|PRIVATE KEY/.test(file))
        throw new UserError(
            `${whose} no file but a key, which is not shown. Name the file that holds it with --identity FILE.`,
        );
    const path = pathOf(file);
    return readFile(path, "utf8").catch(() => {
        throw new UserError(`${whose} ${path}, which cannot be read. Name the private SSH key with --identity FILE.`);
    });
}

/** As stack files name them: in the home directory, absolute, or seen from the project. */
function pathOf(file: string): string {
    if (file.startsWith("~/")) return join(homedir(), file.slice(2));
    return isAbsolute(file) ? file : join(programFolder(), file);
}
