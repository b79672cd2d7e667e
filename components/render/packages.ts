/** Debian packages of a host. */
import type { Model } from "../model/model";
import { engineOf } from "./engines";
import { switchesOverGracefully } from "./switchover";
import { proxyCheck } from "./proxyCheck";

export function packagesOf(model: Model): string[] {
    return [
        ...engineOf(model).packages,
        "keepalived",
        ...proxyCheck(model).packages,
        "logrotate",
        ...(switchesOverGracefully(model) ? ["nftables"] : []),
    ];
}
