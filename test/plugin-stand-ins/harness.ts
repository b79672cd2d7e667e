import * as grpc from "@grpc/grpc-js";
import * as engineRpc from "@pulumi/pulumi/proto/engine_grpc_pb";
import { type LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import * as providerRpc from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { type Properties } from "../../plugin-stand-ins/shared/properties";
import { type Provider, serve } from "../../plugin-stand-ins/shared/server";

/** A message the provider sent to the engine. */
export interface LogLine {
    text: string;
    severity: number;
    urn: string;
    ephemeral: boolean;
}

/** What would change, with the engine's name for the kind of each property's change. */
interface Difference {
    changed: boolean;
    replaces: string[];
    details: Record<string, string>;
}

type Done<Response> = (error: grpc.ServiceError | null, response: Response) => void;

/** Plays the engine's side of the protocol over a real gRPC connection. */
export class Engine {
    private constructor(
        readonly client: providerRpc.ResourceProviderClient,
        private readonly type: string,
        readonly logs: LogLine[],
        private readonly servers: grpc.Server[],
    ) {}

    static async start(provider: Provider, type: string): Promise<Engine> {
        const host = new grpc.Server();
        const logs: LogLine[] = [];
        host.addService(engineRpc.EngineService, {
            log: (call: grpc.ServerUnaryCall<LogRequest, Empty>, callback: grpc.sendUnaryData<Empty>) => {
                const { request } = call;
                const [text, severity, urn] = [request.getMessage(), request.getSeverity(), request.getUrn()];
                logs.push({ text, severity, urn, ephemeral: request.getEphemeral() });
                callback(null, new Empty());
            },
        });
        const hostPort = await new Promise<number>((resolve, reject) => {
            host.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
                if (error) reject(error);
                else resolve(port);
            });
        });
        const { port, server } = await serve(provider, `127.0.0.1:${hostPort}`);
        const client = new providerRpc.ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure(), {
            "grpc.max_receive_message_length": -1,
        });
        return new Engine(client, type, logs, [host, server]);
    }

    stop(): void {
        this.client.close();
        for (const server of this.servers) server.forceShutdown();
    }

    urn(type = this.type): string {
        return `urn:pulumi:dev::project::parent:Component$${type}::step`;
    }

    /** One call of the client; an error carries the provider's message alone. */
    call<Response>(
        begin: (client: providerRpc.ResourceProviderClient, done: Done<Response>) => unknown,
    ): Promise<Response> {
        return new Promise((resolve, reject) => {
            begin(this.client, (error, response) => (error ? reject(new Error(error.details)) : resolve(response)));
        });
    }

    async check(inputs: Properties): Promise<{ inputs: Properties; failures: { property: string; reason: string }[] }> {
        const request = new proto.CheckRequest().setUrn(this.urn()).setNews(Struct.fromJavaScript(inputs));
        const response = await this.call<proto.CheckResponse>((client, done) => client.check(request, done));
        return {
            inputs: response.getInputs()?.toJavaScript() ?? {},
            failures: response
                .getFailuresList()
                .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() })),
        };
    }

    async diff(oldInputs: Properties, newInputs: Properties, state = oldInputs): Promise<Difference> {
        const request = new proto.DiffRequest()
            .setUrn(this.urn())
            .setOlds(Struct.fromJavaScript(state))
            .setOldInputs(Struct.fromJavaScript(oldInputs))
            .setNews(Struct.fromJavaScript(newInputs));
        const response = await this.call<proto.DiffResponse>((client, done) => client.diff(request, done));
        const kinds = Object.entries(proto.PropertyDiff.Kind);
        const details: Record<string, string> = {};
        response.getDetaileddiffMap().forEach((detail, path) => {
            details[path] = kinds.find(([, number]) => number === detail.getKind())?.[0] ?? "";
        });
        return {
            changed: response.getChanges() === proto.DiffResponse.DiffChanges.DIFF_SOME,
            replaces: response.getReplacesList(),
            details,
        };
    }

    async create(
        inputs: Properties,
        { preview = false, timeout = 0 } = {},
    ): Promise<{ id: string; state: Properties }> {
        const request = new proto.CreateRequest()
            .setUrn(this.urn())
            .setProperties(Struct.fromJavaScript(inputs))
            .setPreview(preview)
            .setTimeout(timeout);
        const response = await this.call<proto.CreateResponse>((client, done) => client.create(request, done));
        return { id: response.getId(), state: response.getProperties()?.toJavaScript() ?? {} };
    }

    async update(state: Properties, inputs: Properties, { preview = false, timeout = 0 } = {}): Promise<Properties> {
        const request = new proto.UpdateRequest()
            .setUrn(this.urn())
            .setOlds(Struct.fromJavaScript(state))
            .setNews(Struct.fromJavaScript(inputs))
            .setPreview(preview)
            .setTimeout(timeout);
        const response = await this.call<proto.UpdateResponse>((client, done) => client.update(request, done));
        return response.getProperties()?.toJavaScript() ?? {};
    }

    async refresh(id: string, state: Properties): Promise<Properties> {
        const request = new proto.ReadRequest()
            .setUrn(this.urn())
            .setId(id)
            .setProperties(Struct.fromJavaScript(state));
        const response = await this.call<proto.ReadResponse>((client, done) => client.read(request, done));
        return response.getProperties()?.toJavaScript() ?? {};
    }

    async delete(state: Properties): Promise<void> {
        const request = new proto.DeleteRequest().setUrn(this.urn()).setProperties(Struct.fromJavaScript(state));
        await this.call((client, done) => client.delete(request, done));
    }
}
