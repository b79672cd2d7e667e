/** Public SSH keys. */
import { text } from "./checks";
import type { Problems } from "./problems";

/** A public key line; a comment at its end is dropped, since it is nobody's business and would only make diffs. */
export function publicKey(problems: Problems, path: string, key: string): string {
    const line = text(
        problems,
        path,
        key,
        /^(ssh-[a-z0-9-]+|ecdsa-sha2-[a-z0-9-]+|sk-[a-z0-9@.-]+) [A-Za-z0-9+/]{40,}={0,3}( [^\n]*)?\n?$/,
        'a public key such as "ssh-ed25519 AAAA..."',
    );
    return line.trim().split(" ").slice(0, 2).join(" ");
}
