import { createHash } from "node:crypto";

/** A short checksum of a text: enough to tell one configuration from another. */
export function checksum(text: string): string {
    return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
