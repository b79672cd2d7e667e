import type * as pulumi from "@pulumi/pulumi";

/**
 * Logs. nginx writes /var/log/nginx/LISTENER.access.log and LISTENER.error.log, rotated daily by its package's
 * logrotate rules; HAProxy writes to the journal.
 */
export interface LogArgs {
    /**
     * nginx log format of connections (layer 4), made of variables of its stream module. Default: client, backend,
     * bytes and times.
     */
    connectionFormat?: pulumi.Input<string>;
    /**
     * nginx log format of requests (layer 7), made of variables of its http module. Default: client, user, request,
     * status, backend and times.
     */
    requestFormat?: pulumi.Input<string>;
}
