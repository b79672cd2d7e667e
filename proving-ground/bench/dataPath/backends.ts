/**
 * API servers that are not what limits: Debian's nginx in the slots of the lab's API servers, beside the stand-ins
 * there, which are made to be faithful and not fast. Small answers like those of an API server, and for watches plain
 * connections that stay open.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cgroupName } from "../../lab/cgroups";
import { slotVeth } from "../../lab/apiserver/slot";
import type { LabInstance } from "../../lab/instance";
import { keys } from "../../lab/pki";
import { type Daemon, daemonReady, startDaemon, stopDaemon } from "../../lab/processes";
import { succeeds } from "../../../tools/run";

/** Where they serve HTTPS, as API servers do. */
export const FAST_PORT = 7443;
/** Where they hold watches. */
export const WATCH_PORT = 7080;

const ANSWER =
    '{"kind":"APIVersions","versions":["v1"],"serverAddressByClientCIDRs":' +
    '[{"clientCIDR":"0.0.0.0/0","serverAddress":"kubernetes:6443"}]}';

function configuration(instance: LabInstance, address: string, folder: string): string {
    return `worker_processes 2;
daemon off;
pid ${folder}/nginx.pid;
error_log stderr warn;
events { worker_connections 9000; }
http {
    access_log off;
    keepalive_requests 10000000;
    client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
    uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
    server {
        listen ${address}:${FAST_PORT} ssl http2 backlog=4096;
        ssl_certificate ${keys(instance).apiServerCertificate};
        ssl_certificate_key ${keys(instance).apiServerKey};
        location = /readyz { return 200 ok; }
        location / { default_type application/json; return 200 '${ANSWER}'; }
    }
}
`;
}

interface Slot {
    daemon: Daemon;
    watches: Daemon;
    address: string;
    namespace: string;
    name: string;
}

function slots(instance: LabInstance): Slot[] {
    const daemon = (name: string): Daemon => ({
        name,
        pidFile: join(instance.directory, "bench", `${name}.pid`),
        logFile: join(instance.directory, "log", `${name}.log`),
    });
    return instance.apiServers.map(({ name, address }) => ({
        name,
        address,
        namespace: slotVeth(instance, name).namespace,
        daemon: daemon(`bench-${name}`),
        watches: daemon(`bench-watches-${name}`),
    }));
}

export async function startBackends(instance: LabInstance): Promise<void> {
    for (const { name, address, namespace, daemon } of slots(instance)) {
        const folder = join(instance.directory, "bench", name);
        await mkdir(folder, { recursive: true });
        const file = join(folder, "nginx.conf");
        await writeFile(file, configuration(instance, address, folder));
        await startDaemon(daemon, {
            command: "nsenter",
            args: [`--net=/run/netns/${namespace}`, "--", "nginx", "-c", file],
            cgroup: cgroupName(instance.name, `bench-${name}`),
        });
        await takesConnections(daemon, address, FAST_PORT);
    }
    await startWatchServers(instance);
}

export async function startWatchServers(instance: LabInstance): Promise<void> {
    const program = join(__dirname, "programs/watchServer.cjs");
    for (const { name, address, namespace, watches } of slots(instance)) {
        await startDaemon(watches, {
            command: "nsenter",
            args: [`--net=/run/netns/${namespace}`, "--", process.execPath, program, address, String(WATCH_PORT)],
            cgroup: cgroupName(instance.name, `bench-watches-${name}`),
        });
        await takesConnections(watches, address, WATCH_PORT);
    }
}

const takesConnections = (daemon: Daemon, address: string, port: number): Promise<void> =>
    daemonReady(daemon, () => succeeds("bash", ["-c", `exec 3<>/dev/tcp/${address}/${port}`]), 10_000);

export async function stopBackends(instance: LabInstance): Promise<void> {
    for (const { daemon, watches } of slots(instance)) {
        await stopDaemon(daemon, 2000);
        await stopDaemon(watches, 0);
    }
}
