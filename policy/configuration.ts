/** What the configuration step of a host tells of its load balancer: of the files it writes, not of the program. */
import { fileOf, type Manifest, readManifest } from "../cli/preview/manifest";
import { HAPROXY_CFG, KEEPALIVED_CONF, WATCHER_CONF } from "../components/host/paths";

export interface VrrpInstance {
    name: string;
    routerId: number;
    /** Seconds between advertisements. */
    interval: number;
    /** The VIP, without prefix length. */
    address: string;
}

export interface Configuration {
    instances: VrrpInstance[];
    /** ADDRESS:PORT of each. */
    apiServers: string[];
}

/** Undefined for a text that is not what a configuration step reads. */
export function configurationOf(stdin: string): Configuration | undefined {
    const manifest = readManifest(stdin);
    if (manifest === undefined) return undefined;
    return { instances: instancesOf(contentOf(manifest, KEEPALIVED_CONF)), apiServers: apiServersOf(manifest) };
}

const contentOf = (manifest: Manifest, path: string): string => fileOf(manifest, path)?.content ?? "";

function instancesOf(keepalived: string): VrrpInstance[] {
    return [...keepalived.matchAll(/^vrrp_instance (\S+) \{\n([\s\S]*?)^\}/gm)].map(([, name = "", block = ""]) => ({
        name,
        routerId: Number(/^\s*virtual_router_id (\d+)$/m.exec(block)?.[1]),
        interval: Number(/^\s*advert_int ([\d.]+)$/m.exec(block)?.[1]),
        address: /^\s*virtual_ipaddress \{\s*([^\s/]+)/m.exec(block)?.[1] ?? "",
    }));
}

/** The watcher checks those of nginx; HAProxy checks its own. The name is that of the first listener. */
function apiServersOf(manifest: Manifest): string[] {
    const haproxy =
        /^backend kube-api(?:\.servers)?\n((?:[ \t].*\n|\n)*)/m.exec(contentOf(manifest, HAPROXY_CFG))?.[1] ?? "";
    const servers = [
        ...contentOf(manifest, WATCHER_CONF).matchAll(/^server kube_api (\S+)/gm),
        ...haproxy.matchAll(/^\s*server \S+ (\S+)/gm),
    ].map(([, endpoint = ""]) => endpoint);
    return [...new Set(servers)];
}
