/** The wording of the Go libraries under the official plugin, where people search for it and tools may match it. */

const dialReasons: Record<string, string> = {
    ECONNREFUSED: "connect: connection refused",
    ECONNRESET: "read: connection reset by peer",
    EHOSTUNREACH: "connect: no route to host",
    ENETUNREACH: "connect: network is unreachable",
    ENOTFOUND: "lookup: no such host",
    EAI_AGAIN: "lookup: temporary failure in name resolution",
    ETIMEDOUT: "connect: connection timed out",
};

/** Why a TCP connection could not be made. */
export function goDialReason(error: Error & { code?: string }): string {
    return dialReasons[error.code ?? ""] ?? error.message;
}

const signalNumbers: Record<string, number> = {
    ABRT: 6,
    ALRM: 14,
    FPE: 8,
    HUP: 1,
    ILL: 4,
    INT: 2,
    KILL: 9,
    PIPE: 13,
    QUIT: 3,
    SEGV: 11,
    TERM: 15,
};

/** How a remote process ended. */
export interface Exit {
    /** Absent after a signal, and if the connection was lost. */
    code?: number | undefined;
    /** Without the "SIG". */
    signal?: string | undefined;
    description?: string | undefined;
}

/** Why a process that ended like this did not succeed; undefined if it did. */
export function goExitReason({ code, signal, description }: Exit): string | undefined {
    if (code === 0) return undefined;
    if (code === undefined && signal === undefined)
        return "wait: remote command exited without exit status or exit signal";
    const status = code ?? 128 + (signalNumbers[signal ?? ""] ?? 0);
    const from = signal === undefined ? "" : ` from signal ${signal}`;
    return `Process exited with status ${status}${from}${description ? `. Reason was: ${description}` : ""}`;
}

/** Go's %q, in which the official plugin prints the command. */
export function goQuote(text: string): string {
    const named: Record<string, string> = {
        "\x07": "\\a",
        "\b": "\\b",
        "\f": "\\f",
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
        "\v": "\\v",
    };
    // eslint-disable-next-line no-control-regex
    const quoted = text.replace(/["\\]/g, "\\$&").replace(/[\x00-\x1f\x7f]/g, (character) => {
        return named[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
    });
    return `"${quoted}"`;
}
