/** Passwords in configuration files: they are not needed to compare files. */

/** Stands where a password was. */
export const MASK = "********";

/**
 * The text without its passwords; inspect.sh and show-files.sh do the same on the host, so that both sides compare
 * alike.
 */
export function masked(text: string): string {
    // The white space of the C locale, without the line break.
    return text.replace(/^([ \t\v\f\r]*(?:auth_pass|password)[ \t\v\f\r]+)[^\n]*/gm, `$1${MASK}`);
}
