/** A time as nginx and HAProxy write it; neither knows fractions of a second. */
export function duration(seconds: number): string {
    return Number.isInteger(seconds) ? `${seconds}s` : `${Math.round(seconds * 1000)}ms`;
}
