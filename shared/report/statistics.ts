/** Figures of repeated runs. */
export interface Spread {
    runs: number;
    median: number;
    min: number;
    max: number;
}

export function spread(values: number[]): Spread {
    const sorted = [...values].sort((a, b) => a - b);
    const middle = sorted.length / 2;
    const median = sorted.length % 2 === 0 ? (sorted[middle - 1]! + sorted[middle]!) / 2 : sorted[Math.floor(middle)]!;
    return { runs: sorted.length, median, min: sorted[0]!, max: sorted.at(-1)! };
}

/**
 * How a figure grows with the size: the slope of the straight line through the logarithms, by least squares. 1 is
 * linear, 2 quadratic, 0 does not grow.
 */
export function growthExponent(points: [size: number, figure: number][]): number {
    const logs = points.map(([size, figure]) => [Math.log(size), Math.log(figure)] as const);
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const x = mean(logs.map(([size]) => size));
    const y = mean(logs.map(([, figure]) => figure));
    const above = logs.reduce((sum, [size, figure]) => sum + (size - x) * (figure - y), 0);
    const below = logs.reduce((sum, [size]) => sum + (size - x) ** 2, 0);
    return above / below;
}

/** The smallest value that at least `share` (0 to 1) of all values do not exceed. */
export function percentile(values: number[], share: number): number {
    const sorted = [...values].sort((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!;
}

/** Run by run the one divided by the other: what was slow for both in a run says nothing about either. */
export function ratios(values: number[], by: number[]): number[] {
    return values.map((value, run) => value / by[run]!);
}
