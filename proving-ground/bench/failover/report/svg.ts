/** As much of SVG as a picture of dots needs. */

export function svg(width: number, height: number, parts: string[]): string {
    const head =
        `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ` +
        `${height}" font-family="Helvetica, Arial, sans-serif">`;
    return [head, element("rect", { width, height, fill: "#ffffff" }), ...parts, "</svg>", ""].join("\n");
}

export function element(name: string, attributes: Record<string, string | number>, content?: string): string {
    const written = Object.entries(attributes)
        .map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
        .join("");
    return content === undefined ? `<${name}${written}/>` : `<${name}${written}>${escaped(content)}</${name}>`;
}

export function text(
    x: number,
    y: number,
    content: string,
    {
        size,
        fill,
        weight = "normal",
        anchor = "start",
    }: { size: number; fill: string; weight?: string; anchor?: string },
): string {
    return element("text", { x, y, "font-size": size, fill, "font-weight": weight, "text-anchor": anchor }, content);
}

const escaped = (words: string): string =>
    words.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
