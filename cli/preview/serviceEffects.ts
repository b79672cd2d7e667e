/**
 * What a change of a host's files does to its services, by what each service declares in the manifest: the rules of
 * components/host/converge/services.sh, applied before anything is done.
 */
import { settingsInCommon } from "../../components/render/keepalived";
import { fileOf, type Manifest, type ManifestService } from "./manifest";
import type { Effect } from "./risk";

export interface ManifestChange {
    /** Undefined for a host that had none. */
    before: Manifest | undefined;
    after: Manifest;
    /** Whether the step before this one brings credentials that are not those of before. */
    credentialsChange: boolean;
}

/** Stands in a file where a credential will be. */
const CREDENTIAL = "@credential:";

/** In the order in which services are brought up. */
export function serviceEffects(change: ManifestChange): Effect[] {
    const { before, after } = change;
    if (before === undefined) return [{ risk: "inPlace", text: "configured for the first time" }];
    const changed = changedPaths(change);
    const upgrades = after.upgrade !== undefined && after.upgrade !== before.upgrade;
    const gone = before.services.filter(({ name }) => after.services.every((service) => service.name !== name));
    return [
        ...vipEffects(before, after),
        ...(upgrades
            ? [{ risk: "vipMoves", text: "packages upgraded and daemons restarted, after the VIP has left" } as const]
            : []),
        ...gone.map(
            ({ name }) => ({ risk: "vipMoves", text: `${name} stopped for good, after the VIP has left` }) as const,
        ),
        ...after.services.flatMap((service) => effectOn(service, change, changed)),
    ];
}

/** Files that are new, gone, or not as before, and those that are made from credentials. */
export function changedPaths({ before, after, credentialsChange }: ManifestChange): Set<string> {
    const paths = new Set([...(before?.files ?? []), ...after.files].map(({ path }) => path));
    const withCredential = [
        ...after.credentials.map(({ path }) => path),
        ...after.files.filter(({ content }) => content.includes(CREDENTIAL)).map(({ path }) => path),
    ];
    return new Set([
        ...[...paths].filter((path) => {
            const [old, now] = [fileOf(before, path), fileOf(after, path)];
            return old?.content !== now?.content || old?.mode !== now?.mode;
        }),
        ...(credentialsChange ? withCredential : []),
    ]);
}

function effectOn(
    service: ManifestService,
    { before, after, credentialsChange }: ManifestChange,
    changed: Set<string>,
): Effect[] {
    const old = before!.services.find(({ name }) => name === service.name);
    if (old === undefined) return [{ risk: "inPlace", text: `${service.name} started` }];
    const any = (keyword: string): boolean => service.values(keyword).some((path) => changed.has(path));
    const reload = any("reload-after");
    if (any("restart-after") || (reload && rebinds(old, service)))
        return [
            movesVip(service, after)
                ? {
                      risk: "vipMoves",
                      text: `${service.name} restarted; a host that holds the VIP gives it away before`,
                  }
                : { risk: "inPlace", text: `${service.name} restarted` },
        ];
    if (!reload) return [];
    if (service.values("ready-vrrp").length > 0 && isUnheard(service, { before, after, credentialsChange }))
        return [
            {
                risk: "vipMoves",
                text:
                    `${service.name} reloaded with settings by which hosts know each other: until all have them, ` +
                    "two may hold the VIP",
            },
        ];
    const isProxy = service.values("running-flag").length > 0;
    return [{ risk: isProxy ? "reloaded" : "inPlace", text: `${service.name} reloaded` }];
}

/** Whether a host with the new configuration and one with the old do not hear each other. */
function isUnheard(service: ManifestService, { before, after, credentialsChange }: ManifestChange): boolean {
    const text = (manifest: Manifest | undefined): string =>
        service
            .values("reload-after")
            .map((path) => fileOf(manifest, path)?.content ?? "")
            .join("\n");
    const inCommon = (manifest: Manifest | undefined): string => settingsInCommon(text(manifest)).join("\n");
    // What they sign with is a credential.
    const signs = text(after).includes(CREDENTIAL);
    return inCommon(before) !== inCommon(after) || (credentialsChange && signs);
}

/** A port that it had on other addresses: it must give it up before it can have it there. */
function rebinds(old: ManifestService, now: ManifestService): boolean {
    const before = old.values("port").map(socketOf);
    return now
        .values("port")
        .map(socketOf)
        .some(({ port, address }) => {
            const same = before.filter((socket) => socket.port === port);
            return same.length > 0 && same.every((socket) => socket.address !== address);
        });
}

function socketOf(line: string): { port: string; address: string } {
    const [protocol = "", port = "", address = ""] = line.split(" ");
    return { port: `${port}/${protocol}`, address };
}

/** keepalived itself, and a service whose end keepalived is told of. */
function movesVip(service: ManifestService, { files }: Manifest): boolean {
    if (service.values("ready-vrrp").length > 0) return true;
    return service
        .values("running-flag")
        .some((flag) =>
            files.some(({ content }) => content.split("\n").some((line) => line.trim() === `file ${flag}`)),
        );
}

/** `ready-vrrp INSTANCE ADDRESS` says which VIPs there are. */
function vipEffects(before: Manifest, after: Manifest): Effect[] {
    const vips = ({ services }: Manifest): Map<string, string> =>
        new Map(
            services
                .flatMap((service) => service.values("ready-vrrp"))
                .map((line) => line.split(" "))
                .map(([instance = "", address = ""]) => [instance, address]),
        );
    const [old, now] = [vips(before), vips(after)];
    const gone = [...old].filter(([instance]) => now.size > 0 && !now.has(instance));
    const givenUp = gone.map(([, address]): Effect => ({ risk: "vipMoves", text: `the VIP ${address} is given up` }));
    const changed = [...now].flatMap(([instance, address]): Effect[] => {
        const was = old.get(instance);
        return was === undefined || was === address
            ? []
            : [{ risk: "vipMoves", text: `the VIP is another address: ${was} becomes ${address}` }];
    });
    return [...changed, ...givenUp];
}
