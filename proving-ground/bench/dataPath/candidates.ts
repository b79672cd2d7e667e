/** Settings that might make a difference, each measured on and off in turn. */
import type { ProxyName } from "./targets";

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
