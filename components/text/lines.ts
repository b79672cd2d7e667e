/** Joins lines into a text file; nested lists are indented by four spaces, `false` and `undefined` are left out. */
export type Lines = (string | false | undefined | Lines)[];

export function lines(...content: Lines): string {
    return flatten(content, "")
        .map((line) => `${line}\n`)
        .join("");
}

function flatten(content: Lines, indent: string): string[] {
    return content.flatMap((entry) => {
        if (entry === false || entry === undefined) return [];
        if (Array.isArray(entry)) return flatten(entry, `${indent}    `);
        return entry === "" ? [""] : [indent + entry];
    });
}

/** First line of every file we write, so that none is edited by mistake. */
export const MANAGED =
    "Managed by Pulumi (ha-api-load-balancer): edits made here are replaced by the next `pulumi up`.";
