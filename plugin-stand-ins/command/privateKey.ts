import { type utils } from "ssh2";
import { readablePrivateKey } from "../../components/ssh/keys";

/**
 * Makes sure a private key can be used, and returns it in a form that ssh2 reads. The official plugin also takes PKCS
 * #8 ("BEGIN PRIVATE KEY", what tls.PrivateKey and openssl make), which ssh2 does not.
 */
export function readPrivateKey(text: string, password: string | undefined, ssh: typeof utils): string {
    try {
        const usable = readablePrivateKey(text);
        const parsed = ssh.parseKey(usable, password);
        if (parsed instanceof Error) throw parsed;
        return usable;
    } catch (error) {
        // The reasons are about the format and the password; they hold nothing of the key.
        throw new Error(`connection.privateKey cannot be used: ${(error as Error).message}`, { cause: error });
    }
}
