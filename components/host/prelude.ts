/** Where things are on a host, as the programs name them: the one declaration is that of components/host/paths.ts. */
import * as paths from "./paths";

/** Names that programs may use, and the paths they stand for. */
export const PATHS: Readonly<Record<string, string>> = {
    STATE: paths.STATE,
    RUN: paths.RUN,
    LIBEXEC: paths.LIBEXEC,
    PROXY_DOWN: paths.PROXY_DOWN,
    PROXY_HUNG: paths.PROXY_HUNG,
    METRICS: paths.METRICS,
    DEPLOYED: paths.DEPLOYED,
    SWITCHOVER_RECORD: paths.SWITCHOVER_RECORD,
    ANNOUNCED_RECORD: paths.ANNOUNCED_RECORD,
    OVERRIDES: paths.OVERRIDES,
    VRRP_STATES: paths.VRRP_STATES,
    LEAVING: paths.LEAVING,
    WATCHER_CONF: paths.WATCHER_CONF,
    KEEPALIVED_CONF: paths.KEEPALIVED_CONF,
    NONLOCAL_BIND: paths.NONLOCAL_BIND,
};

/** A line of constants for those names that a shell program uses; nothing where it uses none. */
export function shellPrelude(program: string): string {
    const used = Object.entries(PATHS).filter(([name]) => new RegExp(`\\$\\{?${name}\\b`).test(program));
    return used.length === 0 ? "" : `readonly ${used.map(([name, path]) => `${name}=${path}`).join(" ")}\n`;
}

/** The module Watch::Paths, whose scalars programs in Perl import. */
export function perlPrelude(): string {
    const names = Object.keys(PATHS).map((name) => `$${name}`);
    return [
        "package Watch::Paths;",
        "use strict;",
        "use warnings;",
        "use Exporter qw(import);",
        `our @EXPORT_OK = qw(${names.join(" ")});`,
        ...Object.entries(PATHS).map(([name, path]) => `our $${name} = '${path}';`),
        "1;",
        "",
    ].join("\n");
}
