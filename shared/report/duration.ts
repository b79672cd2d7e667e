/** Durations as people read them; all take milliseconds. */
import { spread } from "./statistics";

/** Short ones: `8 ms`, `284 ms`, `3.61 s`, `31 s`. */
export function milliseconds(value: number): string {
    if (value < 999.5) return `${Math.round(value)} ms`;
    const whole = value / 1000;
    return whole < 9.995 ? `${whole.toFixed(2)} s` : `${Math.round(whole)} s`;
}

/** Of commands: `0.4 s`, `38.2 s`. */
export const seconds = (value: number): string => `${(value / 1000).toFixed(1)} s`;

/** Of repeated runs, the median with the least and the most: `4.2 s (4.0 - 5.1)`. */
export function spreadInSeconds(values: number[]): string {
    const { median, min, max } = spread(values.map((value) => value / 1000));
    return `${median.toFixed(1)} s (${min.toFixed(1)} - ${max.toFixed(1)})`;
}

/** How long something has lasted, roughly: `90 s`, `12 min`, `5 h`, `3 days`. */
export function roughly(value: number): string {
    const whole = Math.max(0, Math.round(value / 1000));
    if (whole < 120) return `${whole} s`;
    if (whole < 7200) return `${Math.round(whole / 60)} min`;
    return whole < 172_800 ? `${Math.round(whole / 3600)} h` : `${Math.round(whole / 86_400)} days`;
}
