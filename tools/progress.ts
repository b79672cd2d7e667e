/** Says what is happening, how long it took, and where the full output of a long part is. */

/** A duration as people say it: `0.4 s`, `38 s`, `4 min 02 s`. */
export function duration(milliseconds: number): string {
    const seconds = milliseconds / 1000;
    if (seconds < 10) return `${seconds.toFixed(1)} s`;
    if (seconds < 60) return `${Math.round(seconds)} s`;
    const whole = Math.round(seconds);
    return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

/** One finished part of a longer piece of work. */
export interface Part {
    title: string;
    /** Milliseconds. */
    took: number;
}

const parts: Part[] = [];

/** The parts timed so far in this process, in the order they ended. */
export function timedParts(): readonly Part[] {
    return parts;
}

/** Everything for people goes to standard error, so that standard output stays free for `--json` and `lab:env`. */
export function say(line: string): void {
    process.stderr.write(`${line}\n`);
}

/**
 * Runs one named part of the work: prints its title at the start, a sign of life while it lasts, and its duration at
 * the end.
 */
export async function part<T>(title: string, work: () => Promise<T>): Promise<T> {
    const start = Date.now();
    say(`  … ${title}`);
    const alive = setInterval(() => say(`    ${title}: ${duration(Date.now() - start)} so far`), 30_000);
    try {
        const result = await work();
        const took = Date.now() - start;
        parts.push({ title, took });
        say(`  ✓ ${title} (${duration(took)})`);
        return result;
    } catch (error) {
        say(`  ✗ ${title} (after ${duration(Date.now() - start)})`);
        throw error;
    } finally {
        clearInterval(alive);
    }
}
