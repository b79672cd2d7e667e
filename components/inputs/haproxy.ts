import type * as pulumi from "@pulumi/pulumi";
import { integer, lines } from "../spec/kinds";
import type { SpecOf } from "../spec/types";

/** HAProxy's own settings. Its stats socket is /run/haproxy/admin.sock, for root. */
export interface HaproxyArgs {
    /** Connections of clients held at once. Default: 32768. */
    maxConnections?: pulumi.Input<number>;
    /** More directives for HAProxy's "defaults" section, one a line. Each host checks them before they are used. */
    extraConfiguration?: pulumi.Input<string>;
}

/** Limits and defaults of HaproxyArgs. */
export const haproxySpec = {
    maxConnections: integer(64, 1048576, { default: 32768, also: "engine haproxy" }),
    extraConfiguration: lines("HAProxy", { also: "none of them opens a section; engine haproxy" }),
} satisfies SpecOf<HaproxyArgs>;
