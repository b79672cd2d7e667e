/** README's picture of a comment on a pull request, drawn from the comment's own Markdown as GitHub would show it. */
import { picture, rect, text, wrapped } from "../../shared/report/svg";

const WIDTH = 1000;
const LEFT = 32;
const INNER = WIDTH - 2 * LEFT;
const MONO = "ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace";
/** Lines of differences that are drawn; the comment has all of them. */
const DIFF_LINES = 24;

const COLOURS: Record<string, { fill: string; ink: string }> = {
    "+": { fill: "#dafbe1", ink: "#116329" },
    "-": { fill: "#ffebe9", ink: "#82071e" },
    "@": { fill: "#ddf4ff", ink: "#0550ae" },
    " ": { fill: "#f6f8fa", ink: "#1f2328" },
};

/** `code` and **bold** as plain words; entities as what they stand for. */
const plain = (markdown: string): string =>
    markdown
        .replace(/[`*]/g, "")
        .replaceAll("&#64;", "@")
        .replaceAll("&lt;", "<")
        .replaceAll("&gt;", ">")
        .replaceAll("&amp;", "&");

/** Draws from the top down. */
class Sheet {
    readonly parts: string[] = [];
    y = 0;

    words(words: string, size: number, more: Record<string, string> = {}): void {
        for (const line of wrapped(plain(words), size, INNER)) {
            this.y += size * 1.5;
            this.parts.push(text(LEFT, this.y, line, { "font-size": size, ...more }));
        }
        this.y += size * 0.5;
    }

    /** Two columns, the first as wide as host names need. */
    row([first = "", second = ""]: string[], isHead: boolean): void {
        const column = LEFT + 300;
        const lines = wrapped(plain(second), 15, WIDTH - LEFT - column - 12);
        const height = 16 + lines.length * 21;
        const style = { "font-size": 15, "font-weight": isHead ? "600" : undefined };
        this.parts.push(
            rect(LEFT, this.y, INNER, height, { fill: isHead ? "#f6f8fa" : "#ffffff", stroke: "#d1d9e0" }),
            text(LEFT + 12, this.y + 23, plain(first), style),
            ...lines.map((line, index) => text(column, this.y + 23 + index * 21, line, style)),
        );
        this.y += height;
    }

    diffLine(line: string): void {
        const { fill, ink } = COLOURS[line[0] ?? " "] ?? COLOURS[" "]!;
        this.parts.push(
            rect(LEFT, this.y, INNER, 20, { fill }),
            text(LEFT + 10, this.y + 15, line, {
                fill: ink,
                "font-family": MONO,
                "font-size": 13,
                "xml:space": "preserve",
            }),
        );
        this.y += 20;
    }
}

/** The head of the comment, the first differences, and what is left out, said. */
export function pullRequestPicture(comment: string): string {
    const sheet = new Sheet();
    sheet.y = 20;
    let drawn = 0;
    let isDiff = false;
    let rows = 0;
    const lines = comment.split("\n");
    for (const [index, line] of lines.entries()) {
        if (line.startsWith("```")) isDiff = line === "```diff";
        else if (isDiff && drawn < DIFF_LINES) {
            sheet.diffLine(line);
            drawn += 1;
        } else if (isDiff) {
            const files = lines.slice(index).filter((each) => each.startsWith("<details")).length;
            sheet.y += 8;
            sheet.words(`The comment goes on: the rest of this file, and ${files} more.`, 14, { fill: "#59636e" });
            break;
        } else if (line.startsWith("### ")) sheet.words(line.slice(4), 21, { "font-weight": "600" });
        else if (line.startsWith("| ---")) continue;
        else if (line.startsWith("| ")) sheet.row(line.slice(2, -2).split(" | "), rows++ === 0);
        else if (line.startsWith("<details")) {
            sheet.y += 14;
            sheet.words(`▾ ${/<summary>(.*)<\/summary>/.exec(line)?.[1] ?? ""}`, 15);
        } else if (line !== "" && !line.startsWith("<")) sheet.words(line, 15);
    }
    return picture(WIDTH, sheet.y + 12, "A comment on a pull request", sheet.parts);
}
