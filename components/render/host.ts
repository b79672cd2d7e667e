/** Everything one host gets: its files, and what the converge program is told to do with them. */
import type { HostModel, Model } from "../model/model";
import { STATUS_PORT } from "../model/ports";
import type { Engine } from "./engine";
import type { ManagedFile } from "./file";
import { keepalivedCheck, keepalivedConfiguration } from "./keepalived";
import { lines } from "./lines";
import { nginx } from "./nginx";
import { PROXY_DOWN } from "./paths";
import { keepAddresses, keepalivedDropIn, proxyDropIn, runtimeFolder } from "./systemd";

/** The engine the model asks for. */
export function engineOf(_model: Model): Engine {
    return nginx;
}

export function hostFiles(model: Model, host: HostModel): ManagedFile[] {
    const engine = engineOf(model);
    return [
        engine.configuration(model),
        keepalivedConfiguration(model, host),
        proxyDropIn(engine.service),
        keepalivedDropIn(engine.service),
        runtimeFolder(),
        keepAddresses(),
    ];
}

/**
 * The text the converge program reads: a block for each file, then one for each service.
 *
 * It is the input a reviewer sees in `pulumi preview --diff`, so it holds nothing but what ends up on the host.
 */
export function hostManifest(model: Model, host: HostModel): string {
    const engine = engineOf(model);
    const files = hostFiles(model, host);
    const configuration = engine.configuration(model).path;
    const keepalived = keepalivedConfiguration(model, host).path;
    const hostLine = ["==== host", host.address, host.interface].filter((word) => word !== undefined).join(" ");
    return `${hostLine}\n` + files.map(fileBlock).join("") + lines(
        `==== service ${engine.service}`,
        `check ${engine.check()}`,
        `reload-after ${configuration}`,
        `ready-answer 127.0.0.1 ${STATUS_PORT} ${engine.statusAnswer(model)}`,
        `ready-connect ${host.address} ${model.port}`,
        `running-flag ${PROXY_DOWN}`,
        "==== service keepalived",
        `check ${keepalivedCheck}`,
        `reload-after ${keepalived}`,
        `ready-vrrp ${model.vip.address}`,
        "==== end",
    );
}

function fileBlock({ path, mode, content }: ManagedFile): string {
    if (/^==== /m.test(content)) throw new Error(`${path} has a line that begins with "==== ", which the manifest uses itself`);
    return `==== file ${path} ${mode}\n${content}`;
}
