/**
 * A client of the Proxmox VE API with an API token, for what is no deployment. (The component's own reads what the
 * provider reads.)
 */
import type { z } from "zod";
import { dataOf, exchange, type Method } from "../../components/proxmox/exchange";

export type { Method };

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
    /**
     * Calls `/api2/json<path>` and returns the answer's `data`, which is of that shape; throws a ProxmoxCallError when
     * there is none.
     */
    call<T>(method: Method, path: string, shape: z.ZodType<T>): Promise<T>;
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
    const { endpoint, token, ca, insecure = false, timeoutMs } = options;
    const trust = { rejectUnauthorized: !insecure, ...(ca === undefined ? {} : { ca }) };
    return {
        call: async (method, path, shape) => {
            const call = { endpoint, token, trust, method, path, ...(timeoutMs === undefined ? {} : { timeoutMs }) };
            try {
                const answer = await exchange(call);
                if (answer.status !== 200) throw new Error(`${answer.status} ${answer.statusText}`);
                return dataOf(call, answer, shape);
            } catch (error) {
                throw new ProxmoxCallError(method, path, (error as Error).message);
            }
        },
    };
}
