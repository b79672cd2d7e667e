import { markdown } from "../part";
import { spread } from "../../../shared/report/statistics";
import type { SetUp, SetUpRun } from ".";

export function setUpTable({ fresh, unchanged }: SetUp): string {
    const titles = [...new Set([...fresh, ...unchanged].flatMap(({ parts }) => parts.map(({ title }) => title)))];
    const row = (title: string, of: (run: SetUpRun) => number | undefined): string[] => [
        title,
        ...[fresh, unchanged].map((runs) => {
            const times = runs.map(of).filter((time) => time !== undefined);
            if (times.length === 0) return "-";
            const { median, least, most } = spread(times.map((time) => time / 1000));
            return `${median.toFixed(1)} s (${least.toFixed(1)} - ${most.toFixed(1)})`;
        }),
    ];
    return markdown(
        ["part of `npm run lab`", "lab down, builds there", "nothing to do"],
        [
            ...titles.map((title) => row(title, ({ parts }) => parts.find((each) => each.title === title)?.took)),
            row("all, Node.js and the TypeScript loader included", ({ all }) => all),
        ],
    );
}
