import type * as pulumi from "@pulumi/pulumi";

/** HAProxy's own settings. Its stats socket is /run/haproxy/admin.sock, for root. */
export interface HaproxyArgs {
    /** Connections held at once. Default: 32768. */
    maxConnections?: pulumi.Input<number>;
    /** More directives for HAProxy's "defaults" section, one a line. Each host checks them before they are used. */
    extraConfiguration?: pulumi.Input<string>;
}
