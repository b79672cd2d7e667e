/** Everything one host gets: its files, and what the converge program is told to do with them. */
import type { HostModel, Model } from "../model/model";
import { STATUS_PORT } from "../model/ports";
import { engineOf } from "./engines";
import type { CredentialFile, ManagedFile } from "./file";
import { keepalivedCheck, keepalivedConfiguration } from "./keepalived";
import { lines } from "../text/lines";
import { switchoverRules, switchesOverGracefully } from "./switchover";
import { packagesOf } from "./packages";
import { SWITCHOVER_RULES, PROXY_DOWN } from "./paths";
import { keepAddresses, keepalivedDropIn, nonlocalBind, runtimeFolder } from "./systemd";
import { WATCHER, watcherFiles } from "./watcher";

export function hostFiles(model: Model, host: HostModel): ManagedFile[] {
    const engine = engineOf(model);
    return [
        ...engine.files,
        keepalivedConfiguration(model, host),
        keepalivedDropIn(model, engine.service),
        ...watcherFiles(model, host),
        ...(switchesOverGracefully(model) ? [switchoverRules(model, host)] : []),
        runtimeFolder(),
        keepAddresses(),
        ...(model.listenOn === "vip" ? [nonlocalBind()] : []),
    ];
}

/**
 * The text the converge program reads: a block for each file, then one for each service.
 *
 * It is the input a reviewer sees in `pulumi preview --diff`, so it holds nothing but what ends up on the host.
 */
export function hostManifest(model: Model, host: HostModel): string {
    const engine = engineOf(model);
    const keepalived = keepalivedConfiguration(model, host).path;
    const hostLine = ["==== host", host.address, host.interface].filter((word) => word !== undefined).join(" ");
    const trusted = engine.files
        .map(({ path }) => path)
        .filter((path) => path !== engine.configuration && path.startsWith("/etc/ha-api/"));
    const watched = [
        ...watcherFiles(model, host).map(({ path }) => path),
        ...(switchesOverGracefully(model) ? [SWITCHOVER_RULES] : []),
    ];
    return (
        `${hostLine}\n` +
        hostFiles(model, host).map(fileBlock).join("") +
        lines(
            model.packageUpgradeTrigger !== "" &&
                `==== upgrade ${model.packageUpgradeTrigger} ${packagesOf(model).join(" ")}`,
            ...engine.credentialFiles.map(
                ({ path, credential }: CredentialFile) => `==== credential ${path} ${credential}`,
            ),
            ...engine.logs.map((path) => `==== log ${path}`),
            `==== service ${engine.service}`,
            `process ${engine.process}`,
            `check ${engine.check}`,
            ...[engine.configuration, ...trusted, ...engine.credentialFiles.map(({ path }) => path)].map(
                (path) => `reload-after ${path}`,
            ),
            ...engine.restartAfter.map((path) => `restart-after ${path}`),
            ...model.listeners.map(
                ({ protocol, port }) =>
                    `port ${protocol} ${port} ${model.listenOn === "vip" ? model.vip.address : "*"}`,
            ),
            `ready-answer 127.0.0.1 ${STATUS_PORT} ${engine.status.protocol} ${engine.status.answer}`,
            `running-flag ${PROXY_DOWN}`,
            `==== service ${WATCHER}`,
            ...watched.map((path) => `restart-after ${path}`),
            "==== service keepalived",
            `check ${keepalivedCheck}`,
            `reload-after ${keepalived}`,
            `ready-vrrp ${model.vip.address}`,
            "==== end",
        )
    );
}

function fileBlock({ path, mode, content }: ManagedFile): string {
    if (/^==== /m.test(content))
        throw new Error(`${path} has a line that begins with "==== ", which the manifest uses itself`);
    return `==== file ${path} ${mode}\n${content}`;
}
