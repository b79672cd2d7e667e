/**
 * The little of SVG that plots need: readable on white wherever they are shown, with whatever sans-serif font is there.
 */

export const COLOURS = ["#1f77b4", "#d95f02", "#2ca02c", "#9467bd", "#8c564b", "#4d4d4d"];

export const GREY = "#666666";
export const LIGHT = "#dddddd";

export function text(
    x: number,
    y: number,
    content: string,
    options: {
        anchor?: "start" | "middle" | "end";
        size?: number;
        colour?: string;
        bold?: boolean;
        turned?: boolean;
    } = {},
): string {
    const { anchor = "start", size = 12, colour = "#222222", bold = false, turned = false } = options;
    const escaped = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
    return (
        `<text x="${round(x)}" y="${round(y)}" font-size="${size}" text-anchor="${anchor}" ` +
        `fill="${colour}"${bold ? ' font-weight="bold"' : ""}` +
        `${turned ? ` transform="rotate(-90 ${round(x)} ${round(y)})"` : ""}>${escaped}</text>`
    );
}

export function line(x1: number, y1: number, x2: number, y2: number, colour: string, width = 1): string {
    return (
        `<line x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}" stroke="${colour}" ` +
        `stroke-width="${width}"/>`
    );
}

export function rectangle(x: number, y: number, width: number, height: number, colour: string): string {
    return `<rect x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}" fill="${colour}"/>`;
}

export function dot(x: number, y: number, colour: string, radius = 3): string {
    return `<circle cx="${round(x)}" cy="${round(y)}" r="${radius}" fill="${colour}" fill-opacity="0.75"/>`;
}

export function path(points: [number, number][], colour: string): string {
    return (
        `<polyline points="${points.map(([x, y]) => `${round(x)},${round(y)}`).join(" ")}" fill="none" ` +
        `stroke="${colour}" stroke-width="2"/>`
    );
}

export function picture(width: number, height: number, content: string[]): string {
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" ` +
            `height="${height}" font-family="sans-serif">`,
        rectangle(0, 0, width, height, "#ffffff"),
        ...content,
        "</svg>",
        "",
    ].join("\n");
}

/** About `count` round numbers from 0 to at least `most`. */
export function ticks(most: number, count = 5): number[] {
    if (!(most > 0)) return [0, 1];
    const rough = most / count;
    const magnitude = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((factor) => factor * magnitude).find((candidate) => candidate >= rough)!;
    return Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, index) =>
        Number((index * step).toPrecision(12)),
    );
}

function round(value: number): number {
    return Math.round(value * 10) / 10;
}
