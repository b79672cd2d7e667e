/**
 * Secrets in texts that others will read. Pulumi shows secret values as [secret] already; this is for what nobody
 * marked as secret, and for what programs say of themselves.
 */
import { masked } from "../../components/inspection/masked";
import { SECRET } from "./previewJson";

/** Variables of a job whose values never belong into a comment. */
const SECRET_VARIABLE = /(TOKEN|SECRET|PASSWORD|PASSPHRASE|PRIVATE_?KEY|ACCESS_KEY|CREDENTIALS?)$/i;

/** Shorter ones would be found in innocent words. */
const SHORTEST = 6;

const PATTERNS: [RegExp, string][] = [
    [/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g, SECRET],
    // An API token of Proxmox: its name may be known, its value not.
    [/([\w.-]+@[\w.-]+![\w.-]+=)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, `$1${SECRET}`],
    [/\b(?:gh[pousr]_|github_pat_|glpat-|glptt-|glcbt-|pul-)[\w-]{16,}/g, SECRET],
    [/\bAKIA[0-9A-Z]{16}\b/g, SECRET],
    [/\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g, SECRET],
    [/\b(Bearer|Basic)\s+[\w.~+/=-]{8,}/g, `$1 ${SECRET}`],
    [/\b(auth_pass\s+)\S+/g, `$1${SECRET}`],
    // Passwords within addresses.
    [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:)[^\s/@]+@/gi, `$1${SECRET}@`],
    // Ciphertexts of Pulumi.
    [/\bv1:[A-Za-z0-9+/=]{8,}:[A-Za-z0-9+/=]{8,}/g, SECRET],
    [
        /\b((?:api[_-]?)?(?:token|password|passwd|passphrase|secret)\s*[:=]\s*)(?!\[secret\])("?)[^\s"',;]{4,}\2/gi,
        `$1${SECRET}`,
    ],
];

export type Mask = (text: string) => string;

/** By the patterns above, and by what this process has in secret variables. */
export function maskFor(environment: Record<string, string | undefined>): Mask {
    const known = Object.entries(environment)
        .filter(([name, value]) => SECRET_VARIABLE.test(name) && value !== undefined && value.length >= SHORTEST)
        .flatMap(([, value]) => [value!, value!.trim()])
        .filter((value) => !/^(true|false|\d+|\/[\w./-]*)$/.test(value))
        // A longer one may hold a shorter one.
        .sort((a, b) => b.length - a.length);
    return (text) => {
        const without = known.reduce((rest, value) => rest.replaceAll(value, SECRET), text);
        return PATTERNS.reduce((rest, [pattern, instead]) => rest.replace(pattern, instead), masked(without));
    };
}
