/** What has room in a comment: whole sections, and a word on those that have none. */

export interface Section {
    /** Markdown, for when it is left out. */
    name: string;
    text: string;
}

/** For the word on what is left out. */
const NOTICE = 2_000;

/** The head, and each section that still fits, in their order. */
export function cut(head: string, sections: Section[], limit: number): string {
    const whole = [head, ...sections.map(({ text }) => text)].join("\n\n");
    if (whole.length + 1 <= limit) return `${whole}\n`;
    const shown: string[] = [];
    const left: string[] = [];
    let room = limit - NOTICE - head.length;
    for (const { name, text } of sections) {
        if (text.length + 2 > room) {
            left.push(name);
            continue;
        }
        room -= text.length + 2;
        shown.push(text);
    }
    return `${[head, ...shown, noticeOf(left, limit)].join("\n\n")}\n`.slice(0, limit);
}

function noticeOf(left: string[], limit: number): string {
    const why = `Left out, since a comment may have ${limit.toLocaleString("en")} characters`;
    const named: string[] = [];
    for (const name of left) {
        if ([...named, name].join("; ").length > NOTICE - 200) break;
        named.push(name);
    }
    const more = left.length - named.length;
    const all = [...named, ...(more > 0 ? [`${more} more`] : [])];
    return `**${why}:** ${all.join("; ")}. All of it: ${"`pulumi preview --diff`"}.`;
}
