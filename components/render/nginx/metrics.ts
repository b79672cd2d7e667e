/** nginx's own numbers, which count the connections of all listeners, at either layer. */
import { proxyMetrics } from "../../model/metrics";
import type { HostModel, Model } from "../../model/model";
import { Endpoint } from "../../text/endpoint";
import type { Lines } from "../../text/lines";
import { only } from "./upstream";

export function metricsServer(model: Model, host: HostModel): Lines {
    const place = proxyMetrics(model, host);
    if (place === undefined) return [];
    const { allowedClients } = model.metrics;
    return [
        "",
        "# For prometheus-nginx-exporter.",
        "server {",
        [
            `listen ${Endpoint.of(place)};`,
            "server_tokens off;",
            "access_log off;",
            ...(allowedClients === undefined ? [] : only(allowedClients)),
            "location = /stub_status { stub_status; }",
            "location / { return 404; }",
        ],
        "}",
    ];
}
