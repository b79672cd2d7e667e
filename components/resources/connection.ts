/**
 * SSH connections, built field by field: a stray field would make the provider print the whole connection, key
 * included.
 */
import type * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";

export interface ConnectionSettings {
    host: pulumi.Input<string>;
    user: pulumi.Input<string>;
    port: pulumi.Input<number>;
    privateKey: pulumi.Output<string>;
    /**
     * Public host key the server must prove it has; absent only for the first contact with a host whose key no one
     * gave.
     */
    hostKey?: pulumi.Input<string>;
    /** How often a refused connection is tried again, with a pause that grows from 0.1 s to 5 s. */
    tries: number;
}

/**
 * Seconds one attempt may take: a host that is off, or whose address still leads to a MAC address of before, does not
 * answer at all.
 */
const DIAL_SECONDS = 5;

export function connection(settings: ConnectionSettings): command.types.input.remote.ConnectionArgs {
    return {
        host: settings.host,
        user: settings.user,
        port: settings.port,
        privateKey: settings.privateKey,
        ...(settings.hostKey === undefined ? {} : { hostKey: settings.hostKey }),
        dialErrorLimit: settings.tries,
        perDialTimeout: DIAL_SECONDS,
    };
}
