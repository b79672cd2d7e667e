/** Tables, for a terminal and for Markdown. */

/** Columns as wide as their widest cell, two spaces apart; colours take no room, nor does a last cell. */
export function aligned(rows: string[][]): string[] {
    // eslint-disable-next-line no-control-regex
    const width = (text: string): number => text.replace(/\x1b\[\d+m/g, "").length;
    const columns = Math.max(0, ...rows.map((row) => row.length));
    const widths = Array.from({ length: columns }, (_, column) =>
        Math.max(0, ...rows.filter((row) => row.length > column + 1).map((row) => width(row[column]!))),
    );
    const padded = (cell: string, column: number): string => cell + " ".repeat(widths[column]! - width(cell) + 2);
    return rows.map((row) =>
        row
            .map((cell, column) => (column + 1 === row.length ? cell : padded(cell, column)))
            .join("")
            .trimEnd(),
    );
}

/** A Markdown table. */
export function markdownTable(head: string[], rows: (string | number)[][]): string {
    return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
