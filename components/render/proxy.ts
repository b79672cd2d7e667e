/** The proxy as a service of the host, whichever engine it is. */
import { proxyMetrics } from "../model/metrics";
import type { HostModel, Model } from "../model/model";
import { STATUS_PORT } from "../model/ports";
import { vipsAt } from "../model/vips";
import { engineOn, processesBesides } from "./engines";
import { PROXY_DOWN } from "../host/paths";
import type { HostService } from "./service";
import { TRACES } from "./sources";
import { kernelSettings } from "./systemd";

export function proxy(model: Model, host: HostModel): HostService {
    const engine = engineOn(model, host);
    const metrics = proxyMetrics(model, host);
    const vipOnly = model.listenOn === "vip";
    const trusted = engine.files
        .map(({ path }) => path)
        .filter((path) => path !== engine.configuration && path.startsWith("/etc/ha-api/"));
    return {
        name: engine.service,
        process: engine.process,
        replaces: processesBesides(engine.process),
        packages: [...engine.packages, "logrotate"],
        ...(engine.repository === undefined ? {} : { repository: engine.repository }),
        packageSettings: engine.packageSettings ?? [],
        traces: TRACES,
        versions: engine.versions,
        files: [...engine.files, ...kernelSettings(model)],
        credentials: engine.credentialFiles,
        configurationTest: engine.check,
        reloadOn: [engine.configuration, ...trusted, ...engine.credentialFiles.map(({ path }) => path)],
        restartOn: engine.restartAfter,
        listens: [
            ...model.listeners.flatMap((listener) =>
                (vipOnly ? vipsAt(model, listener).map(({ address }) => ({ address })) : [{}]).map((where) => ({
                    protocol: listener.protocol,
                    port: listener.port,
                    ...where,
                    atVip: true,
                })),
            ),
            // Nobody looks at what is on the loopback address only.
            ...(metrics === undefined || model.metrics.proxyListenOn === "loopback"
                ? []
                : [{ protocol: "tcp" as const, ...metrics, atVip: false }]),
        ],
        ready: [{ kind: "answer", port: STATUS_PORT, ...engine.status }],
        runningFlag: PROXY_DOWN,
        logs: engine.logs,
        leftovers: engine.leftovers,
    };
}
