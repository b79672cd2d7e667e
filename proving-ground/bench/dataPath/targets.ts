/**
 * The three load balancers that are compared, each a host of its own with an address of its own, set up by the
 * component.
 */
import { readFile } from "node:fs/promises";
import type { LabInstance } from "../../lab/instance";
import { keys } from "../../lab/pki";
import { type BenchMachine, benchMachines, onMachine, renewMachines, stopMachines } from "../support/machines";
import { BenchStack, type StackConfig } from "../support/stack";
import { FAST_PORT, WATCH_PORT } from "./backends";

export type ProxyName = "nginx, layer 4" | "nginx, layer 7" | "HAProxy";

export interface Proxy {
    name: ProxyName;
    machine: BenchMachine;
    vip: string;
    stack: BenchStack;
    /** The daemon and its file on the host. */
    service: "nginx" | "haproxy";
    file: string;
}

/** Where watches come in. */
export const WATCHES = 8080;

const NGINX = { service: "nginx", file: "/etc/nginx/nginx.conf" } as const;
const HAPROXY = { service: "haproxy", file: "/etc/haproxy/haproxy.cfg" } as const;

export function proxies(instance: LabInstance): Proxy[] {
    const kinds = [
        ["nginx, layer 4", NGINX],
        ["nginx, layer 7", NGINX],
        ["HAProxy", HAPROXY],
    ] as const;
    const machines = benchMachines(instance, kinds.length);
    return kinds.map(([name, daemon], index) => ({
        name,
        machine: machines[index]!,
        vip: `${instance.subnet}.${99 - index}`,
        stack: new BenchStack(instance, `data-path-${index + 1}`),
        ...daemon,
    }));
}

export const urlOf = (address: string, port = 6443): string => `https://${address}:${port}/api`;
export const directUrl = (instance: LabInstance): string => urlOf(instance.apiServers[0]!.address, FAST_PORT);

export async function startProxies(instance: LabInstance, all: Proxy[]): Promise<void> {
    await renewMachines(
        instance,
        all.map(({ machine }) => machine),
    );
    for (const proxy of all) {
        await proxy.stack.create(await configOf(instance, proxy));
        await proxy.stack.up();
    }
}

export async function stopProxies(instance: LabInstance, all: Proxy[]): Promise<void> {
    for (const { stack } of all) await stack.forget();
    await stopMachines(
        instance,
        all.map(({ machine }) => machine),
    );
}

async function configOf(instance: LabInstance, { name, machine, vip }: Proxy): Promise<StackConfig> {
    const servers = instance.apiServers.map(({ address }) => address);
    const ca = keys(instance).authority;
    const kind: Record<ProxyName, StackConfig> = {
        "nginx, layer 4": {},
        "nginx, layer 7": {
            layer: 7,
            clusterCertificateAuthorityFile: `${ca}.crt`,
            tls: { issuer: { certificateFile: `${ca}.crt`, privateKeyFile: `${ca}.key` } },
        },
        HAProxy: { engine: "haproxy", clusterCertificateAuthorityFile: `${ca}.crt` },
    };
    await readFile(`${ca}.key`);
    return {
        vip: `${vip}/24`,
        apiServers: servers,
        apiServerPort: FAST_PORT,
        allowSingleHost: true,
        hosts: [{ name: machine.name, address: machine.address }],
        listeners: [{ name: "watches", port: WATCHES, backends: servers, backendPort: WATCH_PORT }],
        ...kind[name],
    };
}

/** Edits the daemon's configuration with sed and reloads; returns the function that restores the file. */
export async function edited(
    instance: LabInstance,
    { machine, service, file }: Proxy,
    sed: string,
    how: "reload" | "restart" = "reload",
): Promise<() => Promise<void>> {
    const on = (command: string): Promise<string> => onMachine(instance, machine.address, command);
    await on(
        `sudo cp ${file} /run/ha-api-bench.conf && sudo sed -i -E ${quoted(sed)} ${file} && ! sudo cmp -s ` +
            `${file} /run/ha-api-bench.conf && sudo systemctl ${how} ${service}`,
    );
    return async () => {
        await on(`sudo cp /run/ha-api-bench.conf ${file} && sudo systemctl ${how} ${service}`);
    };
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** A setting that might make a difference, measured on and off in turn. */
export interface Candidate {
    proxy: ProxyName;
    /** In the daemon's own words. */
    setting: string;
    /** Makes the change in the daemon's configuration. */
    sed: string;
    /** What it could improve. */
    load: "newConnections" | "keptConnections";
    /** For settings of the listening sockets. */
    how?: "restart";
}

export const candidates: Candidate[] = [
    {
        proxy: "nginx, layer 4",
        setting: "reuseport",
        sed: "s/^( *listen 6443 .*);/\\1 reuseport;/",
        load: "newConnections",
        how: "restart",
    },
    {
        proxy: "nginx, layer 4",
        setting: "access_log buffer=32k flush=1s",
        sed: "s/^( *access_log .*kube-api.* connections);/\\1 buffer=32k flush=1s;/",
        load: "newConnections",
    },
    {
        proxy: "nginx, layer 4",
        setting: "so_keepalive off",
        sed: "s/ so_keepalive=[^ ;]*//g",
        load: "newConnections",
        how: "restart",
    },
    {
        proxy: "nginx, layer 4",
        setting: "multi_accept on",
        sed: "s/^( *)(worker_connections .*)$/\\1\\2 multi_accept on;/",
        load: "newConnections",
    },
    {
        proxy: "nginx, layer 4",
        setting: "proxy_buffer_size 64k",
        sed: "s/^( *)(proxy_timeout .*)$/\\1\\2 proxy_buffer_size 64k;/",
        load: "keptConnections",
    },
    {
        proxy: "nginx, layer 7",
        setting: "http2",
        sed: "s/^( *listen 6443 .*ssl.*);/\\1 http2;/",
        load: "keptConnections",
    },
    {
        proxy: "nginx, layer 7",
        setting: "no ssl_session_cache",
        sed: "/^ *ssl_session_cache/d",
        load: "newConnections",
    },
    {
        proxy: "nginx, layer 7",
        setting: "no keepalive to the API servers",
        sed: "/^ *keepalive 64;/d",
        load: "keptConnections",
    },
    {
        proxy: "HAProxy",
        setting: "nbthread 1",
        sed: "s/^( *)(maxconn .*)$/\\1\\2\\n\\1nbthread 1/",
        load: "newConnections",
        how: "restart",
    },
    {
        proxy: "HAProxy",
        setting: "no log of connections",
        sed: "/^ *option tcplog/d; s/^( *)log global/\\1no log/",
        load: "newConnections",
    },
    {
        proxy: "HAProxy",
        setting: "option splice-auto",
        sed: "s/^( *)(mode tcp)$/\\1\\2\\n\\1option splice-auto/",
        load: "keptConnections",
    },
];
