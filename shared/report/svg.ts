/** As much of SVG as the pictures need: readable on white wherever they are shown. All text is escaped here. */

function escaped(text: string): string {
    return text
        .replaceAll("&", "&amp;")
        .replaceAll("<", "&lt;")
        .replaceAll(">", "&gt;")
        .replaceAll('"', "&quot;")
        .replaceAll("'", "&apos;");
}

export type Attributes = Record<string, string | number | undefined>;

function attributes(all: Attributes): string {
    return Object.entries(all)
        .flatMap(([name, value]) =>
            value === undefined
                ? []
                : ` ${name}="${escaped(typeof value === "number" ? String(Math.round(value * 100) / 100) : value)}"`,
        )
        .join("");
}

export const rect = (x: number, y: number, width: number, height: number, more: Attributes): string =>
    `<rect${attributes({ x, y, width: Math.max(0, width), height, ...more })}/>`;

export const line = (x1: number, y1: number, x2: number, y2: number, more: Attributes): string =>
    `<line${attributes({ x1, y1, x2, y2, ...more })}/>`;

export const path = (d: string, more: Attributes): string => `<path${attributes({ d, ...more })}/>`;

export const circle = (cx: number, cy: number, r: number, more: Attributes): string =>
    `<circle${attributes({ cx, cy, r, ...more })}/>`;

export function polyline(points: [x: number, y: number][], more: Attributes): string {
    const joined = points.map((point) => point.map(tenth).join(",")).join(" ");
    return `<polyline${attributes({ points: joined, fill: "none", ...more })}/>`;
}

export const text = (x: number, y: number, words: string, more: Attributes = {}): string =>
    `<text${attributes({ x, y, ...more })}>${escaped(words)}</text>`;

const tenth = (value: number): number => Math.round(value * 10) / 10;

/** How wide text is, about: fonts differ, so it is a little more than most need. */
export const widthOf = (words: string, size: number): number => words.length * size * 0.56;

/** Words in lines that are no wider than that. */
export function wrapped(words: string, size: number, width: number): string[] {
    const lines: string[] = [];
    for (const word of words.split(" ")) {
        const longer = lines.length === 0 ? word : `${lines.at(-1)!} ${word}`;
        if (lines.length > 0 && widthOf(longer, size) <= width) lines[lines.length - 1] = longer;
        else lines.push(word);
    }
    return lines;
}

/** A whole picture on a background of its own, which is why it is legible on dark pages too. */
export function picture(width: number, height: number, title: string, parts: string[]): string {
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${Math.round(width)} ${Math.round(height)}" ` +
            `width="${Math.round(width)}" height="${Math.round(height)}" role="img" font-family="Helvetica, ` +
            `Arial, sans-serif" font-size="12">`,
        `<title>${escaped(title)}</title>`,
        rect(0, 0, width, height, { fill: "#ffffff" }),
        ...parts,
        "</svg>",
        "",
    ].join("\n");
}
