/**
 * A client of the Proxmox VE API with an API token. (The component has its own, which reads what the provider reads.)
 */
import { request } from "node:https";

export type Method = "GET" | "POST" | "PUT" | "DELETE";

export interface ProxmoxClientOptions {
    /** `https://HOST:PORT`. */
    endpoint: string;
    /** `user@realm!name=secret`. */
    token: string;
    /** Authorities that may have signed the server's certificate; without them those Node knows. */
    ca?: string | Buffer;
    /** Accepts any certificate. */
    insecure?: boolean;
    /** Milliseconds without an answer after which a call fails. */
    timeoutMs?: number;
}

export interface ProxmoxClient {
    /** Calls `/api2/json<path>` and returns the answer's `data`; throws a ProxmoxCallError when there is none. */
    call<T>(method: Method, path: string): Promise<T>;
}

/** A call failed; the message is the reason alone. */
export class ProxmoxCallError extends Error {
    override name = "ProxmoxCallError";
    constructor(
        readonly method: Method,
        readonly path: string,
        readonly reason: string,
    ) {
        super(reason);
    }
}

export function proxmoxClient(options: ProxmoxClientOptions): ProxmoxClient {
    const { endpoint, token, ca, insecure = false, timeoutMs = 30_000 } = options;
    return {
        call: <T>(method: Method, path: string): Promise<T> =>
            new Promise((resolve, reject) => {
                const fail = (reason: string): void => reject(new ProxmoxCallError(method, path, reason));
                const call = request(
                    new URL(`/api2/json${path}`, endpoint),
                    {
                        method,
                        agent: false,
                        timeout: timeoutMs,
                        rejectUnauthorized: !insecure,
                        headers: { authorization: `PVEAPIToken=${token}` },
                        ...(ca === undefined ? {} : { ca }),
                    },
                    (response) => {
                        let body = "";
                        response
                            .setEncoding("utf8")
                            .on("data", (chunk: string) => (body += chunk))
                            .on("end", () => {
                                if (response.statusCode !== 200)
                                    fail(`${response.statusCode} ${response.statusMessage}`);
                                else resolve((JSON.parse(body) as { data: T }).data);
                            });
                    },
                );
                call.once("timeout", () => call.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)));
                call.once("error", (error) => fail(error.message)).end();
            }),
    };
}
