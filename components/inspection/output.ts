/** What a reader of a deployment needs beside its other outputs, as one plain output. */
import type { Model } from "../model/model";
import { STATUS_PORT } from "../model/ports";
import { tlsInUse } from "../model/tls";
import { engineOf } from "../render/engines";
import { hostFiles } from "../render/host";

/** How to look at the hosts and what should be found there; no secret. */
export interface InspectionOutput {
    /** Login user of the hosts. */
    user: string;
    /** Port of their SSH server. */
    sshPort: number;
    /** TCP ports clients use on the VIP; the first one is the Kubernetes API's. */
    listeners: number[];
    /** The API servers, ADDRESS:PORT. */
    apiServers: string[];
    /** Names and addresses clients use, which the certificate they are shown must cover. */
    names: string[];
    /**
     * Where TLS ends at the load balancer, and an issuer signs its certificate: that issuer's certificate in PEM
     * format, which clients trust.
     */
    authority?: string;
    /** The proxy's systemd service. */
    proxyService: string;
    /** Where the proxy answers on each host, on the loopback address, with the checksum of its configuration. */
    statusPort: number;
    /** How it answers there: banner (at once) or http (when asked). */
    statusProtocol: string;
    /** That checksum: the workers of every host should answer with it. */
    configuration: string;
    /** Octal permissions of the managed files, by path. */
    modes: { [path: string]: string };
}

export function inspectionOf(model: Model): InspectionOutput {
    const engine = engineOf(model);
    const authority = tlsInUse(model)?.issuer?.certificate;
    const files = model.hosts.flatMap((host) => hostFiles(model, host));
    return {
        user: model.ssh.user,
        sshPort: model.ssh.port,
        listeners: model.listeners.filter(({ protocol }) => protocol === "tcp").map(({ port }) => port),
        apiServers: model.apiServers.map(({ address, port }) => `${address}:${port}`),
        names: [model.vip.address, ...(model.vip.name === undefined ? [] : [model.vip.name])],
        ...(authority === undefined ? {} : { authority }),
        proxyService: engine.service,
        statusPort: STATUS_PORT,
        statusProtocol: engine.status.protocol,
        configuration: engine.status.answer,
        modes: Object.fromEntries(files.map(({ path, mode }) => [path, mode])),
    };
}
