/** How Proxmox VE words a refusal. The provider reads the HTTP reason phrase and the body, so both carry the text. */

/** An answer other than 200. The message becomes the reason phrase, as in PVE. */
export class ApiError extends Error {
    override name = "ApiError";

    constructor(
        readonly status: number,
        message: string,
        /** What is wrong with which parameter, on a 400. */
        readonly errors?: Record<string, string>,
    ) {
        super(message);
    }
}

/** What a `die` in PVE's Perl becomes. */
export function refused(message: string): ApiError {
    return new ApiError(500, message);
}

/** What PVE answers when parameters do not fit the schema, or a check of one of them fails. */
export function badParameters(errors: Record<string, string>): ApiError {
    return new ApiError(400, "Parameter verification failed.", errors);
}

/**
 * The provider takes "does not exist" for "gone"; this is the sentence a VM that was deleted behind its back is
 * answered with.
 */
export function noSuchGuest(node: string, vmid: number): ApiError {
    return refused(`Configuration file 'nodes/${node}/qemu-server/${vmid}.conf' does not exist`);
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}

/** A reason phrase is one line of printable ASCII. */
export function reasonPhrase(message: string): string {
    return message
        .trim()
        .replace(/\s+/g, " ")
        .replace(/[^\x20-\x7e]/g, "?");
}
