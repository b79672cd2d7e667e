/** The checks keepalived can repeat. Adding a kind is one entry here and its program. */
import type { CheckModel, Model } from "../model/model";
import { STATUS_PORT } from "../model/ports";
import { engineOf } from "./engines";
import { LIBEXEC } from "../host/paths";

export interface ProxyCheck {
    /** Name within keepalived.conf. */
    name: string;
    /** What a failure means, for readers of keepalived.conf. */
    meaning: string;
    command: string;
    /** Debian packages its program needs. */
    packages: string[];
}

const KINDS: Record<CheckModel["kind"], (model: Model) => ProxyCheck> = {
    answer: (model) => ({
        name: "proxy_answers",
        meaning: "A proxy that runs but does not answer.",
        command: `${LIBEXEC}/proxy-answers ${STATUS_PORT} ${engineOf(model).status.protocol}`,
        packages: [],
    }),
    process: (model) => ({
        name: "proxy_runs",
        meaning: "No process of the proxy.",
        command: `${LIBEXEC}/proxy-runs ${engineOf(model).process}`,
        packages: [],
    }),
    api: (model) => ({
        name: "api_answers",
        meaning: "The Kubernetes API does not answer through this host's proxy, or on the master through the VIP.",
        command: `${LIBEXEC}/api-answers ${model.vips.map(({ address }) => address).join(",")} ${model.port}`,
        packages: ["curl"],
    }),
};

export function proxyCheck(model: Model): ProxyCheck {
    return KINDS[model.vrrp.check.kind](model);
}
