import type * as pulumi from "@pulumi/pulumi";
import { text } from "../spec/kinds";
import type { SpecOf } from "../spec/types";

/**
 * Logs. nginx writes /var/log/nginx/LISTENER.access.log and LISTENER.error.log, rotated daily by its package's
 * logrotate rules; HAProxy writes to the journal.
 */
export interface LogArgs {
    /**
     * nginx log format of connections (layer 4), made of variables of its stream module. Default: client, backend,
     * status, bytes and times.
     */
    connectionFormat?: pulumi.Input<string>;
    /**
     * nginx log format of requests (layer 7), made of variables of its http module. Default: client, user, request,
     * status, backend and times.
     */
    requestFormat?: pulumi.Input<string>;
}

/** One line with something besides blanks, which nginx reads between single quotes. */
const FORMAT = /^(?=.*\S)[\x20-\x26\x28-\x5b\x5d-\x7e]{1,2000}$/;
const FORMAT_IN_WORDS = "one line of text with nginx variables, without single quotes and backslashes";

/** Limits and defaults of LogArgs. */
export const logSpec = {
    connectionFormat: text(FORMAT, FORMAT_IN_WORDS, {
        absent: "client, backend, status, bytes and times",
        inFiles: true,
        also: "engine nginx",
    }),
    requestFormat: text(FORMAT, FORMAT_IN_WORDS, {
        absent: "client, user, request, status, backend and times",
        inFiles: true,
        also: "engine nginx",
    }),
} satisfies SpecOf<LogArgs>;
