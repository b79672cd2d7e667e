/** Runs a command as root: directly, or by sudo that must not ask. */
export function asRoot(user: string, commandLine: string): string {
    return user === "root" ? commandLine : `sudo -n ${commandLine}`;
}
