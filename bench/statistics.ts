/** Figures of repeated runs. */
export interface Spread {
    runs: number;
    median: number;
    least: number;
    most: number;
}

export function spread(values: number[]): Spread {
    const sorted = [...values].sort((a, b) => a - b);
    const middle = sorted.length / 2;
    const median = sorted.length % 2 === 0 ? (sorted[middle - 1]! + sorted[middle]!) / 2 : sorted[Math.floor(middle)]!;
    return { runs: sorted.length, median, least: sorted[0]!, most: sorted.at(-1)! };
}
