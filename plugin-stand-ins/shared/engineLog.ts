import * as grpc from "@grpc/grpc-js";
import type * as engineRpc from "@pulumi/pulumi/proto/engine_grpc_pb";
import type * as engineProto from "@pulumi/pulumi/proto/engine_pb";

export type Severity = "info" | "warning" | "error";

/** Messages about one resource. A status is shown while the resource is worked on and not kept. */
export interface Log {
    message(severity: Severity, text: string): void;
    status(text: string): void;
    /** Resolves when the engine has taken every message, in order. */
    flushed(): Promise<void>;
}

/** The engine's log. A message that the engine does not take is lost: it must not fail the resource. */
export class EngineLog {
    private client: engineRpc.EngineClient | undefined;
    private queue: Promise<void> = Promise.resolve();

    constructor(private address: string | undefined) {}

    /** The engine may give its address later than at the start (Attach). */
    attach(address: string): void {
        this.address = address;
        this.client = undefined;
    }

    for(urn: string): Log {
        return {
            message: (severity, text) => this.send(urn, severity, text, false),
            status: (text) => this.send(urn, "info", text, true),
            flushed: () => this.queue,
        };
    }

    private send(urn: string, severity: Severity, text: string, ephemeral: boolean): void {
        if (this.address === undefined) return;
        // Required on first use: most runs of the engine log nothing, and every one of them waits for this process to
        // start.
        /* eslint-disable @typescript-eslint/no-require-imports */
        const rpc = require("@pulumi/pulumi/proto/engine_grpc_pb") as typeof engineRpc;
        const proto = require("@pulumi/pulumi/proto/engine_pb") as typeof engineProto;
        /* eslint-enable @typescript-eslint/no-require-imports */

        const client = (this.client ??= new rpc.EngineClient(this.address, grpc.credentials.createInsecure()));
        const severities = {
            info: proto.LogSeverity.INFO,
            warning: proto.LogSeverity.WARNING,
            error: proto.LogSeverity.ERROR,
        };
        const request = new proto.LogRequest();
        request.setSeverity(severities[severity]);
        request.setMessage(text);
        request.setUrn(urn);
        request.setEphemeral(ephemeral);
        this.queue = this.queue.then(
            () =>
                new Promise((resolve) => {
                    client.log(request, new grpc.Metadata(), { deadline: Date.now() + 5000 }, () => resolve());
                }),
        );
    }
}
