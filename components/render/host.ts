/** Everything one host gets: its services, and what follows from them. */
import { posix } from "node:path";
import { bgpInUse } from "../model/bgp";
import type { HostModel, Model } from "../model/model";
import { lines } from "../text/lines";
import { perObject } from "../text/perObject";
import { quote } from "../text/quote";
import { bird } from "./bird";
import type { ManagedFile } from "./file";
import { keepalived } from "./keepalived";
import { proxy } from "./proxy";
import { nodeExporter } from "./nodeExporter";
import { type HostService, serviceBlock } from "./service";
import type { TrustedRepository } from "./sources/source";
import { runtimeFolder } from "./systemd";
import { vipOnLoopback } from "./vipOnLoopback";
import { watcher } from "./watcher";

const servicesOf = perObject((model: Model) => {
    const announcer = (host: HostModel): HostService[] =>
        bgpInUse(model) === undefined ? [keepalived(model, host)] : [vipOnLoopback(model), bird(model, host)];
    const own = perObject((host: HostModel) => [proxy(model, host), watcher(model, host), ...announcer(host)]);
    const metrics = model.metrics.enabled
        ? [nodeExporter(model.hosts.flatMap((host) => own(host).flatMap(({ files }) => files)))]
        : [];
    return perObject((host: HostModel): HostService[] => [...own(host), ...metrics]);
});

/** In the order in which they are brought up. */
export function hostServices(model: Model, host: HostModel): readonly HostService[] {
    return servicesOf(model)(host);
}

export function hostFiles(model: Model, host: HostModel): ManagedFile[] {
    return [...hostServices(model, host).flatMap(({ files }) => files), runtimeFolder(model)];
}

/** For what is the same on every host: names, packages and what they leave, ports, the folders of files. */
export function commonServices(model: Model): readonly HostService[] {
    return hostServices(model, model.hosts[0]!);
}

/** Debian packages of a host; all hosts have the same. */
export function packagesOf(model: Model): string[] {
    return [...new Set(commonServices(model).flatMap(({ packages }) => packages))];
}

/** What they leave when they are purged: "PATH", or "PATH PACKAGE" where it stays with that package. */
export function leftoversOf(model: Model): string[] {
    const leftovers = commonServices(model).flatMap((service) => service.leftovers);
    return [...new Set(leftovers.map(({ path, unless }) => (unless === undefined ? path : `${path} ${unless}`)))];
}

/** Lines of shell by which the packages program knows the rest of what the services declare. */
export function packageSettings(model: Model): string[] {
    const services = commonServices(model);
    const array = (name: string, values: string[]): string => `${name}=(${values.map(quote).join(" ")})`;
    const traces = services.flatMap((service) => service.traces ?? []);
    const repositories = traces.flatMap((trace) => trace.repositories);
    const containers = traces.flatMap((trace) => trace.containers);
    return [
        array("packages", packagesOf(model)),
        array("leftovers", leftoversOf(model)),
        array("configuration_folders", configurationFolders(model)),
        array(
            "repositories",
            repositories.map((known) =>
                [known.name, known.package, known.list, known.preferences, known.keyring].join(" "),
            ),
        ),
        array(
            "containers",
            containers.map(({ name, logs }) => `${name} ${logs}`),
        ),
        `declare -A repository=(${services
            .flatMap((service) => service.repository ?? [])
            .map(trusted)
            .join(" ")})`,
        ...services.flatMap((service) => service.packageSettings ?? []),
    ];
}

function trusted({ fingerprints, inputs, ...texts }: TrustedRepository): string {
    const values = {
        ...texts,
        fingerprints: fingerprints.join(" "),
        input: inputs.address,
        fingerprints_input: inputs.fingerprints,
        instead: inputs.instead,
    };
    return Object.entries(values)
        .map(([name, value]) => `[${name}]=${quote(value)}`)
        .join(" ");
}

/** Where packages have configuration of their own beside ours. */
export function configurationFolders(model: Model): string[] {
    const folders = new Set(commonServices(model).flatMap(({ files }) => files.map(({ path }) => posix.dirname(path))));
    return packagesOf(model)
        .map((name) => `/etc/${name}`)
        .filter((folder) => folders.has(folder));
}

/**
 * The text the converge program reads: a block for each file, then one for each service.
 *
 * It is the input a reviewer sees in `pulumi preview --diff`, so it holds nothing but what ends up on the host.
 */
export function hostManifest(model: Model, host: HostModel): string {
    const services = hostServices(model, host);
    const hostLine = ["==== host", host.address, host.interface].filter((word) => word !== undefined).join(" ");
    return (
        `${hostLine}\n` +
        hostFiles(model, host).map(fileBlock).join("") +
        lines(
            model.packageUpgradeTrigger !== "" &&
                `==== upgrade ${model.packageUpgradeTrigger} ${packagesOf(model).join(" ")}`,
            ...services.flatMap(({ credentials }) =>
                credentials.map(({ path, credential }) => `==== credential ${path} ${credential}`),
            ),
            ...services.flatMap(({ logs }) => logs.map((path) => `==== log ${path}`)),
            ...services.flatMap(serviceBlock),
            "==== end",
        )
    );
}

function fileBlock({ path, mode, group, content }: ManagedFile): string {
    if (/^==== /m.test(content))
        throw new Error(`${path} has a line that begins with "==== ", which the manifest uses itself`);
    return `==== file ${[path, mode, ...(group === undefined ? [] : [group])].join(" ")}\n${content}`;
}
