/** Which certificates the client believes: those of an authority, or exactly the pinned ones. */
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import type { ConnectionOptions, TLSSocket } from "node:tls";
import type { ProbeSettings } from "./settings";

type Trusting = Pick<ProbeSettings, "caFile" | "pinned">;

export function trustOptions({ caFile }: Trusting): Pick<ConnectionOptions, "ca" | "rejectUnauthorized"> {
    return caFile === undefined ? { rejectUnauthorized: false } : { ca: readFileSync(caFile) };
}

/** Breaks a connection off that shows none of the pinned certificates. */
export function checkPin({ caFile, pinned = [] }: Trusting, socket: Socket): void {
    if (caFile !== undefined) return;
    socket.once("secureConnect", () => {
        if (!pinned.includes((socket as TLSSocket).getPeerCertificate().fingerprint256))
            socket.destroy(new Error("shows a certificate that is not pinned"));
    });
}
