import * as grpc from "@grpc/grpc-js";
import * as providerRpc from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { partsOfUrn } from "../../components/text/urn";
import { type StandIn } from "../versions";
import { diffResponse } from "./diffResponse";
import { EngineLog } from "./engineLog";
import { Operations } from "./operations";
import { type Properties } from "./properties";
import { type Context, type ResourceType } from "./resource";

/** A plugin: the resource types it serves by their tokens, and their schema. */
export interface Provider {
    standIn: StandIn;
    resources: Record<string, ResourceType>;
    schema(): object;
}

/**
 * Serves a provider to the engine, on the generated classes of the protocol. `@pulumi/pulumi/provider` is not used: its
 * server knows no preview, no time-outs, no Cancel and no detailed differences, and it loads the whole SDK before it
 * answers. Resolves to the port it listens on.
 */
export async function serve(
    provider: Provider,
    engineAddress: string | undefined,
): Promise<{ port: number; server: grpc.Server }> {
    // Files travel in properties; 400 MB is what the engine and the SDK allow.
    const server = new grpc.Server({ "grpc.max_receive_message_length": 400 * 1024 * 1024 });
    server.addService(providerRpc.ResourceProviderService, handlers(provider, new EngineLog(engineAddress)));
    const port = await new Promise<number>((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
            if (error) reject(error);
            else resolve(bound);
        });
    });
    return { port, server };
}

/**
 * Answers one call with what `work` returns, or with its error's message alone: a stack trace is of no use in the
 * engine's log.
 */
function answer<Request, Response>(
    work: (request: Request) => Promise<Response> | Response,
): grpc.handleUnaryCall<Request, Response> {
    return (call, callback) => {
        void (async () => {
            try {
                callback(null, await work(call.request));
            } catch (error) {
                callback({
                    code: grpc.status.UNKNOWN,
                    details: error instanceof Error ? error.message : String(error),
                });
            }
        })();
    };
}

function properties(struct: Struct | undefined): Properties {
    return struct === undefined ? {} : struct.toJavaScript();
}

function handlers(provider: Provider, log: EngineLog): grpc.UntypedServiceImplementation {
    const operations = new Operations();

    const notServed = (token: string) =>
        new Error(
            `This stand-in for the ${provider.standIn.name} plugin ${provider.standIn.version} serves only ` +
                `${Object.keys(provider.resources).join(", ")}; it has no ${token}.`,
        );
    const resourceOf = (urn: string): ResourceType => {
        const { type } = partsOfUrn(urn);
        const resource = provider.resources[type];
        if (resource === undefined) throw notServed(type);
        return resource;
    };
    /** Runs one operation on a resource and has its messages with the engine before the answer. */
    const operate = <T>(
        request: { getUrn(): string; getTimeout(): number },
        preview: boolean,
        work: (resource: ResourceType, context: Context) => Promise<T>,
    ): Promise<T> => {
        const urn = request.getUrn();
        const resource = resourceOf(urn);
        const resourceLog = log.for(urn);
        return operations.run(request.getTimeout(), async (signal) => {
            try {
                return await work(resource, { name: partsOfUrn(urn).name, preview, signal, log: resourceLog });
            } finally {
                await resourceLog.flushed();
            }
        });
    };

    return {
        getPluginInfo: answer(() => {
            const info = new plugin.PluginInfo();
            info.setVersion(provider.standIn.version);
            return info;
        }),
        getSchema: answer(() => {
            const response = new proto.GetSchemaResponse();
            response.setSchema(JSON.stringify(provider.schema()));
            return response;
        }),
        attach: answer((request: plugin.PluginAttach) => {
            log.attach(request.getAddress());
            return new Empty();
        }),
        cancel: answer(() => {
            operations.cancelAll();
            return new Empty();
        }),

        checkConfig: answer((request: proto.CheckRequest) => {
            const response = new proto.CheckResponse();
            response.setInputs(request.getNews());
            return response;
        }),
        diffConfig: answer(() => new proto.DiffResponse()),
        configure: answer(() => {
            const response = new proto.ConfigureResponse();
            response.setAcceptsecrets(true);
            response.setSupportspreview(true);
            return response;
        }),

        check: answer((request: proto.CheckRequest) => {
            const { inputs, failures } = resourceOf(request.getUrn()).check(properties(request.getNews()));
            const response = new proto.CheckResponse();
            response.setInputs(Struct.fromJavaScript(inputs));
            response.setFailuresList(
                failures.map(({ property, reason }) => {
                    const failure = new proto.CheckFailure();
                    failure.setProperty(property);
                    failure.setReason(reason);
                    return failure;
                }),
            );
            return response;
        }),
        diff: answer((request: proto.DiffRequest) => {
            const resource = resourceOf(request.getUrn());
            const oldInputs = properties(request.hasOldInputs() ? request.getOldInputs() : request.getOlds());
            const newInputs = properties(request.getNews());
            for (const name of request.getIgnorechangesList()) {
                const old = oldInputs[name];
                if (old !== undefined) newInputs[name] = old;
            }
            return diffResponse(resource.diff(oldInputs, newInputs, properties(request.getOlds())));
        }),
        create: answer((request: proto.CreateRequest) =>
            operate(request, request.getPreview(), async (resource, context) => {
                const { id, state } = await resource.create(properties(request.getProperties()), context);
                const response = new proto.CreateResponse();
                response.setId(id);
                response.setProperties(Struct.fromJavaScript(state));
                return response;
            }),
        ),
        read: answer((request: proto.ReadRequest) => {
            const resource = resourceOf(request.getUrn());
            const state = properties(request.getProperties());
            const response = new proto.ReadResponse();
            response.setId(request.getId());
            response.setProperties(Struct.fromJavaScript(resource.read?.(state) ?? state));
            response.setInputs(request.getInputs());
            return response;
        }),
        update: answer((request: proto.UpdateRequest) =>
            operate(request, request.getPreview(), async (resource, context) => {
                if (resource.update === undefined)
                    throw new Error(`${partsOfUrn(request.getUrn()).type} is replaced, never updated.`);
                const state = await resource.update(
                    properties(request.getOlds()),
                    properties(request.getNews()),
                    context,
                );
                const response = new proto.UpdateResponse();
                response.setProperties(Struct.fromJavaScript(state));
                return response;
            }),
        ),
        delete: answer((request: proto.DeleteRequest) =>
            operate(request, false, async (resource, context) => {
                await resource.delete?.(properties(request.getProperties()), context);
                return new Empty();
            }),
        ),

        invoke: answer((request: proto.InvokeRequest) => Promise.reject(notServed(request.getTok()))),
        call: answer((request: proto.CallRequest) => Promise.reject(notServed(request.getTok()))),
        construct: answer((request: proto.ConstructRequest) => Promise.reject(notServed(request.getType()))),
    };
}
