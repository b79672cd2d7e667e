/** The source a model asks for. */
import type { Model } from "../../model/model";
import { CONTAINER, CONTAINER_LOGS, container } from "./container";
import { distribution } from "./distribution";
import { NGINX_ORG, nginxOrg } from "./nginxOrg";
import type { Source, Traces } from "./source";

export function sourceOf(model: Model): Source {
    const { source } = model.nginx;
    switch (source.kind) {
        case "distribution":
            return distribution(model);
        case "nginx.org":
            return nginxOrg(model, source);
        case "container":
            return container(source);
    }
}

/** What any of the sources may have left on a host. */
export const TRACES: Traces = { repositories: [NGINX_ORG], containers: [{ name: CONTAINER, logs: CONTAINER_LOGS }] };
