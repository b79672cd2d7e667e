import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { type PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { commandProvider } from "../../plugin-stand-ins/command/provider";
import { randomProvider } from "../../plugin-stand-ins/random/provider";
import { tlsProvider } from "../../plugin-stand-ins/tls/provider";
import { standIns } from "../../plugin-stand-ins/versions";
import { Engine } from "./harness";

const root = join(__dirname, "../..");

describe("the stand-in plugins", () => {
    for (const { name, version } of Object.values(standIns)) {
        it(`${name} has the version of the SDK in use`, () => {
            const manifest = readFileSync(join(root, `node_modules/@pulumi/${name}/package.json`), "utf8");
            assert.equal(version, (JSON.parse(manifest) as { version: string }).version);
        });

        it(`${name} runs as a process: it prints its port and answers there`, async () => {
            const main = join(root, `plugin-stand-ins/${name}/main.ts`);
            const plugin = spawn(process.execPath, ["--import", "tsx", main, "--logtostderr", "-v=1", "127.0.0.1:1"], {
                cwd: root,
            });
            try {
                const port = await new Promise<string>((resolve) => {
                    plugin.stdout.once("data", (chunk: Buffer) => resolve(chunk.toString()));
                });
                assert.match(port, /^[0-9]+\n$/);
                const client = new ResourceProviderClient(
                    `127.0.0.1:${port.trim()}`,
                    grpc.credentials.createInsecure(),
                );
                const info = await new Promise<PluginInfo>((resolve, reject) => {
                    client.getPluginInfo(new Empty(), (error, response) => (error ? reject(error) : resolve(response)));
                });
                assert.equal(info.getVersion(), version);
                client.close();
            } finally {
                plugin.kill();
            }
        });
    }

    const served = {
        command: ["command:remote:CopyToRemote", "command:local:Command, command:remote:Command"],
        random: [
            "random:index/randomPet:RandomPet",
            "random:index/randomId:RandomId, random:index/randomPassword:RandomPassword, " +
                "random:index/randomString:RandomString",
        ],
        tls: [
            "tls:index/getPublicKey:getPublicKey",
            "tls:index/certRequest:CertRequest, tls:index/locallySignedCert:LocallySignedCert, " +
                "tls:index/privateKey:PrivateKey, tls:index/selfSignedCert:SelfSignedCert",
        ],
    } as const;
    for (const provider of [commandProvider, randomProvider, tlsProvider]) {
        const { name, version } = provider.standIn;
        const [other, own] = served[name];

        it(`${name} says what it serves when asked for another type`, async () => {
            const engine = await Engine.start(provider, other);
            await assert.rejects(engine.check({}), {
                message: `This stand-in for the ${name} plugin ${version} serves only ${own}; it has no ${other}.`,
            });
            engine.stop();
        });

        it(`${name} says what it serves when asked for a function`, async () => {
            const engine = await Engine.start(provider, other);
            const request = new proto.InvokeRequest().setTok(`${name}:local:run`);
            const invoking = engine.call((client, done) => client.invoke(request, done));
            await assert.rejects(invoking, { message: new RegExp(`serves only .*; it has no ${name}:local:run\\.$`) });
            engine.stop();
        });

        it(`${name} has a schema with the types it serves`, async () => {
            const engine = await Engine.start(provider, other);
            const request = new proto.GetSchemaRequest();
            const response = await engine.call<proto.GetSchemaResponse>((client, done) =>
                client.getSchema(request, done),
            );
            const schema = JSON.parse(response.getSchema()) as { name: string; version: string; resources: object };
            assert.deepEqual([schema.name, schema.version], [name, version]);
            assert.deepEqual(Object.keys(schema.resources), Object.keys(provider.resources));
            engine.stop();
        });
    }
});
