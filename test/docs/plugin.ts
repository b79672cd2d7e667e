/**
 * The schema that a component's folder gives as a plugin, asked for as Pulumi's Node.js host does when another
 * language's program adds it.
 */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import type * as Grpc from "@grpc/grpc-js";

interface Answer {
    getSchema: () => string;
}
interface Client {
    getSchema: (request: object, answered: (error: Error | null, answer: Answer) => void) => void;
    close: () => void;
}
interface Services {
    ResourceProviderClient: new (address: string, credentials: Grpc.ChannelCredentials) => Client;
}
interface Messages {
    GetSchemaRequest: new () => object;
}

/** With the SDK that is installed in the folder. */
export async function pluginSchema(folder: string): Promise<string> {
    const load = createRequire(join(folder, "package.json"));
    const grpc = createRequire(load.resolve("@pulumi/pulumi"))("@grpc/grpc-js") as typeof Grpc;
    const { ResourceProviderClient } = load("@pulumi/pulumi/proto/provider_grpc_pb") as Services;
    const { GetSchemaRequest } = load("@pulumi/pulumi/proto/provider_pb") as Messages;
    // The second word is the engine's address, which a schema does not need.
    const plugin = spawn(process.execPath, [load.resolve("@pulumi/pulumi/cmd/run-plugin"), folder, "127.0.0.1:1"], {
        cwd: folder,
        stdio: "pipe",
    });
    let output = "";
    plugin.stderr.on("data", (data: Buffer) => {
        output += data.toString();
    });
    try {
        const port = await new Promise<string>((resolve, reject) => {
            let out = "";
            plugin.stdout.on("data", (data: Buffer) => {
                out += data.toString();
                const [, first] = /^(\d+)\n/.exec(out) ?? [];
                if (first !== undefined) resolve(first);
            });
            plugin.on("error", reject);
            plugin.on("exit", (status) =>
                reject(new Error(`the plugin ended with ${status} before it printed its port:\n${output}`)),
            );
        });
        const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
        try {
            return await new Promise<string>((resolve, reject) =>
                client.getSchema(new GetSchemaRequest(), (error, answer) => {
                    if (error === null) resolve(answer.getSchema());
                    else reject(error);
                }),
            );
        } finally {
            client.close();
        }
    } finally {
        plugin.kill();
    }
}
