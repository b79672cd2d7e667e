/** The first block of a PEM text. Text before and after it is ignored, as in Go's encoding/pem. */
export function decodePem(text: string): { label: string; der: Buffer } | undefined {
    const [, label, body] = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n([^-]*)-----END \1-----/.exec(text) ?? [];
    return label === undefined ? undefined : { label, der: Buffer.from(body ?? "", "base64") };
}

/** A PEM text with one block and a line feed at its end. */
export function encodePem(label: string, der: ArrayBuffer): string {
    const lines =
        Buffer.from(der)
            .toString("base64")
            .match(/.{1,64}/g) ?? [];
    return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}

/** The bytes of a PEM text that must be of the given kind. */
export function derOf(property: string, text: string, label: string): Buffer {
    const block = decodePem(text);
    if (block?.label === label) return block.der;
    throw new Error(
        `${property} must be a PEM text of type "${label}", ` +
            `${block ? `not "${block.label}"` : "and it is no PEM text at all"}`,
    );
}
