import { plain, type Value } from "../shared/properties";

/** How to reach one SSH server. */
export interface Endpoint {
    host: string;
    port: number;
    user: string;
    password?: string;
    privateKey?: string;
    privateKeyPassword?: string;
    /** The server's key in the authorized_keys format; without it any key is accepted. */
    hostKey?: string;
    agentSocketPath?: string;
    /** Failures to put up with before giving up; below 0 there is no limit. */
    dialErrorLimit: number;
    /** Seconds for one attempt; 0 is no limit. */
    perDialTimeout: number;
}

export interface Connection extends Endpoint {
    /** The jump host to go through. */
    proxy?: Endpoint;
}

/**
 * The schema's defaults. The SDK sets them too, but a state from another language's SDK or an older one may lack them.
 */
export const endpointDefaults = { port: 22, user: "root", dialErrorLimit: 10, perDialTimeout: 15 } as const;

/** The connection in a checked resource's inputs or state. */
export function connectionOf(value: Value | undefined): Connection {
    const connection = plain(value) as unknown as Connection | null;
    if (connection === null) throw new Error("the resource's state has no connection");
    const proxy = connection.proxy ?? undefined;
    return {
        ...endpointDefaults,
        ...connection,
        ...(proxy === undefined ? {} : { proxy: { ...endpointDefaults, ...proxy } }),
    };
}

/** Host and port in the form of error messages: `10.0.0.5:22`, `[fd00::5]:22`. */
export function address({ host, port }: Endpoint): string {
    return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
