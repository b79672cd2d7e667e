/**
 * node-exporter, which shows the file of the watcher to Prometheus. Its settings are the owner's: it may listen
 * elsewhere than where its package does, so that no port of it is expected.
 */
import type { HostService } from "./service";

export const NODE_EXPORTER = "prometheus-node-exporter";

export const nodeExporter = (): HostService => ({
    name: NODE_EXPORTER,
    packages: [NODE_EXPORTER],
    versions: [],
    files: [],
    credentials: [],
    reloadOn: [],
    restartOn: [],
    listens: [],
    ready: [],
    logs: [],
    leftovers: [],
});
