import { markdownTable } from "../../../shared/report/table";
import { spreadInSeconds } from "../../../shared/report/duration";
import type { Bootstrap, BootstrapRun } from "./measure";

export function bootstrapTable({ fresh, unchanged }: Bootstrap): string {
    const titles = [...new Set([...fresh, ...unchanged].flatMap(({ parts }) => parts.map(({ title }) => title)))];
    const row = (title: string, of: (run: BootstrapRun) => number | undefined): string[] => [
        title,
        ...[fresh, unchanged].map((runs) => {
            const times = runs.map(of).filter((time) => time !== undefined);
            return times.length === 0 ? "-" : spreadInSeconds(times);
        }),
    ];
    return markdownTable(
        ["part of `npm run lab`", "lab down, builds there", "nothing to do"],
        [
            ...titles.map((title) => row(title, ({ parts }) => parts.find((each) => each.title === title)?.took)),
            row("all, Node.js and the TypeScript loader included", ({ all }) => all),
        ],
    );
}
