/** What a reader of a deployment needs beside its other outputs, as one plain output. */
import { bgpInUse } from "../model/bgp";
import type { Model, VipModel } from "../model/model";
import { STATUS_PORT } from "../model/ports";
import { tlsInUse } from "../model/tls";
import { apiVips, vipsAt } from "../model/vips";
import { ANNOUNCED_TABLE, routerName } from "../render/bird";
import { engineOf } from "../render/engines";
import { commonServices, hostFiles } from "../render/host";
import type { HostService } from "../render/service";
import { Endpoint } from "../text/endpoint";

/** A virtual IP of the deployment. */
export interface VipOutput {
    /** Its VRRP instance. */
    instance: string;
    /** The address. */
    address: string;
    /** Its name among vips; absent for the Kubernetes API's. */
    name?: string;
    /** The host that is preferred to hold it, where one was named. */
    prefers?: string;
    /** TCP ports clients use at it, where those are not the ones of all VIPs. */
    listeners?: number[];
}

/** How VIPs are announced by BGP. */
export interface BgpOutput {
    /** The kernel's table of what is announced. */
    table: number;
    /** Whether BFD is used. */
    bfd: boolean;
    /** The routers that hear of the VIPs. */
    routers: RouterOutput[];
}

/** A router. */
export interface RouterOutput {
    /** Its name in BIRD's configuration. */
    name: string;
    /** Its address. */
    address: string;
}

/** A service that runs on every host. */
export interface ServiceOutput {
    /** Its systemd unit. */
    name: string;
    /** Debian packages that `status` shows the versions of. */
    packages: string[];
}

/** How to inspect the hosts and what should be found there; no secret. */
export interface InspectionOutput {
    /** Login user of the hosts. */
    user: string;
    /** Port of their SSH server. */
    sshPort: number;
    /** The virtual IPs; the first one is the Kubernetes API's. */
    vips: VipOutput[];
    /** How they are announced by BGP; absent where VRRP moves them. */
    bgp?: BgpOutput;
    /** TCP ports clients use on the VIPs; the first one is the Kubernetes API's. */
    listeners: number[];
    /** The networks and addresses that clients may connect from; absent where that is everywhere. */
    allowedClients?: string[];
    /** The API servers, ADDRESS:PORT. */
    apiServers: string[];
    /** Names and addresses clients use, which the certificate they are shown must cover. */
    names: string[];
    /**
     * Where the load balancer terminates TLS, and an issuer signs its certificate: that issuer's certificate in PEM
     * format, which clients trust.
     */
    authority?: string;
    /** What runs on each host, the proxy first. */
    services: ServiceOutput[];
    /** The proxy's systemd service. */
    proxyService: string;
    /** Where the proxy answers on each host, on the loopback address, with the checksum of its configuration. */
    statusPort: number;
    /** How it answers there: banner (at once) or http (when asked). */
    statusProtocol: string;
    /** That checksum: the workers of every host should answer with it. */
    configurationChecksum: string;
    /** Octal permissions of the managed files, by path. */
    modes: { [path: string]: string };
}

export function inspectionOf(model: Model): InspectionOutput {
    const engine = engineOf(model);
    const authority = tlsInUse(model)?.issuer?.certificate;
    const bgp = bgpInUse(model);
    const services = commonServices(model);
    const files = model.hosts.flatMap((host) => hostFiles(model, host));
    return {
        user: model.ssh.user,
        sshPort: model.ssh.port,
        vips: model.vips.map((vip) => vipOutput(model, vip)),
        ...(bgp === undefined
            ? {}
            : {
                  bgp: {
                      table: ANNOUNCED_TABLE,
                      bfd: bgp.bfd.enabled,
                      routers: bgp.peers.map(({ address }, index) => ({ name: routerName(index), address })),
                  },
              }),
        listeners: portsAtVip(services),
        ...(model.allowedClients === undefined ? {} : { allowedClients: model.allowedClients }),
        apiServers: model.apiServers.map((server) => Endpoint.of(server).toString()),
        names: apiVips(model).flatMap(({ address, name }) => (name === undefined ? [address] : [address, name])),
        ...(authority === undefined ? {} : { authority }),
        services: services.map(({ name, versions }) => ({ name, packages: versions })),
        proxyService: engine.service,
        statusPort: STATUS_PORT,
        statusProtocol: engine.status.protocol,
        configurationChecksum: engine.status.answer,
        modes: Object.fromEntries(files.map(({ path, mode }) => [path, mode])),
    };
}

function vipOutput(model: Model, vip: VipModel): VipOutput {
    const { instance, address, label, prefers } = vip;
    const tcp = model.listeners.filter(({ protocol }) => protocol === "tcp");
    const here = tcp.filter((listener) => vipsAt(model, listener).includes(vip));
    return {
        instance,
        address,
        ...(label === undefined ? {} : { name: label }),
        ...(prefers === undefined ? {} : { prefers }),
        ...(here.length === tcp.length ? {} : { listeners: here.map(({ port }) => port) }),
    };
}

/** TCP ports that clients use on the VIPs. */
function portsAtVip(services: readonly HostService[]): number[] {
    const ports = services
        .flatMap(({ listens }) => listens)
        .filter(({ protocol, atVip }) => protocol === "tcp" && atVip)
        .map(({ port }) => port);
    return [...new Set(ports)];
}
