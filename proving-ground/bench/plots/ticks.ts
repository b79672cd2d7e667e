/** About `count` round numbers from 0 to at least `most`. */
export function ticks(max: number, count = 5): number[] {
    if (!(max > 0)) return [0, 1];
    const rough = max / count;
    const magnitude = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((factor) => factor * magnitude).find((candidate) => candidate >= rough)!;
    return Array.from({ length: Math.ceil(max / step - 1e-9) + 1 }, (_, index) =>
        Number((index * step).toPrecision(12)),
    );
}
