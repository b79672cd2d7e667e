/** Durations as people read them. */

/** `8 ms`, `284 ms`, `3.61 s`, `31 s`. */
export function milliseconds(value: number): string {
    if (value < 999.5) return `${Math.round(value)} ms`;
    const seconds = value / 1000;
    return seconds < 9.995 ? `${seconds.toFixed(2)} s` : `${Math.round(seconds)} s`;
}
