/** Public SSH keys, `ssh-ed25519 AAAA...`. */

/**
 * Whether nothing of it is missing: its bytes are fields with a length before each, and the first is the type. A line
 * that was cut off, or pasted with another type, is not whole.
 */
export function isWholeKey(line: string): boolean {
    const [type = "", text = ""] = line.trim().split(/\s+/);
    const bytes = Buffer.from(text, "base64");
    if (bytes.toString("base64").replace(/=+$/, "") !== text.replace(/=+$/, "")) return false;
    const fields: Buffer[] = [];
    let at = 0;
    while (at + 4 <= bytes.length) {
        const end = at + 4 + bytes.readUInt32BE(at);
        if (end > bytes.length) return false;
        fields.push(bytes.subarray(at + 4, end));
        at = end;
    }
    return at === bytes.length && fields.length > 1 && fields[0]!.toString("latin1") === type;
}
