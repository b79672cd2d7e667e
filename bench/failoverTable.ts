import type { FaultResult } from "./failover";
import { markdown } from "./part";

export function failoverTable(results: FaultResult[]): string {
    return markdown(["fault", "runs", "longest gap: median", "least", "most", "failed requests: median", "most"], results.map(({ fault, gap, failedRequests }) =>
        [fault, gap.runs, `${gap.median.toFixed(0)} ms`, `${gap.least.toFixed(0)} ms`, `${gap.most.toFixed(0)} ms`, failedRequests.median, failedRequests.most]));
}
