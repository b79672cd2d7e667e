/** What a Prometheus answers to the questions of the dashboard's panels, for the documents' picture of them. */
import type { Panel, Recorded } from "../docs/dashboardPicture";

const STEP_SECONDS = 5;
/** Of an answer as Prometheus gives it. */
interface Answer {
    data: { result: { metric: Record<string, string>; values: [time: number, value: string][] }[] };
}

/** `interval` is what Grafana would take for $__rate_interval: more than a step and a scrape. */
export async function recordPanels(url: string, panels: Panel[], begin: number, interval: string): Promise<Recorded> {
    const start = Math.ceil(begin / 1000 / STEP_SECONDS) * STEP_SECONDS;
    const end = Math.floor(Date.now() / 1000);
    const ask = async (expr: string): Promise<Answer> => {
        const query = expr.replaceAll("$vip", ".+").replaceAll("$__rate_interval", interval);
        const asked = new URLSearchParams({ query, start: `${start}`, end: `${end}`, step: `${STEP_SECONDS}` });
        return (await (await fetch(`${url}/api/v1/query_range?${asked.toString()}`)).json()) as Answer;
    };
    const recorded: Recorded = { start, step: STEP_SECONDS, panels: [] };
    for (const { title, targets } of panels) {
        const series: Recorded["panels"][number]["series"] = [];
        for (const { expr, legendFormat } of targets)
            for (const { metric, values } of (await ask(expr)).data.result) {
                const known = new Map(values.map(([time, value]) => [time, Number(Number(value).toPrecision(5))]));
                series.push({
                    name: legendFormat.replace(/\{\{(\w+)\}\}/g, (_all, label: string) => metric[label] ?? ""),
                    values: Array.from(
                        { length: Math.floor((end - start) / STEP_SECONDS) + 1 },
                        (_none, index) => known.get(start + index * STEP_SECONDS) ?? null,
                    ),
                });
            }
        recorded.panels.push({ title, series });
    }
    return recorded;
}
