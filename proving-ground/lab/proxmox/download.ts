/** Fetching from a URL as a PVE node does for `query-url-metadata` and `download-url`. */
import { type IncomingMessage } from "node:http";
import * as http from "node:http";
import * as https from "node:https";
import { refused } from "./errors";

const REDIRECTS = 5;
const TIMEOUT = 30_000;

export interface Fetch {
    url: string;
    method: "GET" | "HEAD";
    /** Whether a certificate of an unknown authority is refused. */
    verify: boolean;
}

/** The response to the last of possibly several redirects; anything but 200 is an error in PVE's words. */
export async function open({ url, method, verify }: Fetch, redirects = REDIRECTS): Promise<IncomingMessage> {
    const response = await request(url, method, verify);
    const { statusCode = 0, statusMessage = "", headers } = response;
    if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined && redirects > 0) {
        response.resume();
        return open({ url: new URL(headers.location, url).href, method, verify }, redirects - 1);
    }
    if (statusCode !== 200) {
        response.resume();
        throw refused(`invalid server response: '${statusCode} ${statusMessage}'`);
    }
    return response;
}

function request(url: string, method: string, verify: boolean): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
        const target = new URL(url);
        const options = { method, timeout: TIMEOUT, agent: false } as const;
        const call =
            target.protocol === "https:"
                ? https.request(target, { ...options, rejectUnauthorized: verify }, resolve)
                : http.request(target, options, resolve);
        call.on("timeout", () => call.destroy(new Error("Connection timed out")));
        call.on("error", (error) => {
            reject(refused(`invalid server response: '500 Can't connect to ${target.host} (${error.message})'`));
        });
        call.end();
    });
}

/** The file name a server suggests, or the last part of the URL's path. */
export function fileNameOf(url: string, disposition: string | undefined): string | undefined {
    const suggested = /filename="([^"]*)"/.exec(disposition ?? "") ?? /filename=([^;]*)/.exec(disposition ?? "");
    return suggested?.[1] ?? /^[^?]+\/([^?/]*)(?:\?.*)?$/.exec(url)?.[1];
}
