/** The table of folders in CONTRIBUTING.md, made from what the linter enforces. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "./cache";

interface Layer {
    folder: string;
    holds: string;
    may: string[];
}

export function layersTable(): string {
    const layers = JSON.parse(readFileSync(join(projectFolder, "tools", "layers.json"), "utf8")) as Layer[];
    const rows = layers.map(({ folder, holds, may }) => {
        const names = may.map((name) => `\`${name}\``).join(", ");
        return `| \`${folder}\` | ${holds} | ${names || "nothing else"} |`;
    });
    return ["| folder | what is in it | may import |", "|---|---|---|", ...rows].join("\n");
}
