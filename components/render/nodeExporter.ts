/**
 * node-exporter, which shows the file of the watcher to Prometheus. Its settings are the owner's: it may listen
 * elsewhere than where its package does, so that no port of it is expected.
 */
import { programText } from "../host/assemble";
import { DEPLOYED } from "../host/paths";
import { PROGRAMS } from "../host/programs";
import { VERSION } from "../host/version";
import { checksum } from "../text/checksum";
import { lines, MANAGED } from "../text/lines";
import { perObject } from "../text/perObject";
import type { ManagedFile } from "./file";
import type { HostService } from "./service";

export const NODE_EXPORTER = "prometheus-node-exporter";

/** `all`: the files of every host, in the order of the hosts. */
export const nodeExporter = (all: ManagedFile[]): HostService => ({
    name: NODE_EXPORTER,
    packages: [NODE_EXPORTER],
    versions: [],
    files: [deployed(all)],
    credentials: [],
    reloadOn: [],
    restartOn: [],
    listens: [],
    ready: [],
    logs: [],
    leftovers: [],
});

const programsOf = perObject((names: readonly string[]) => checksum(names.map(programText).join()));

/**
 * Names what was deployed, by which hosts that differ are found. Files differ from host to host by their nature, so
 * it is of those of all hosts together, and of the programs: the same on each, until a deployment has reached one host
 * and not another. A file of its own, which no daemon reads at its start: a change of it restarts nothing.
 */
const deployed = (all: ManagedFile[]): ManagedFile => ({
    path: DEPLOYED,
    mode: "0644",
    content: lines(
        `# ${MANAGED}`,
        `version ${VERSION}`,
        `configuration ${checksum(JSON.stringify([all, programsOf(PROGRAMS)]))}`,
    ),
});
