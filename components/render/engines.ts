/** The engine a model asks for. */
import { proxyDiffers } from "../model/metrics";
import type { HostModel, Model } from "../model/model";
import { perObject } from "../text/perObject";
import type { Engine } from "./engine";
import { haproxy } from "./haproxy";
import { nginx } from "./nginx";

const ENGINES: Record<Model["engine"], { process: string; of: (model: Model, host: HostModel) => Engine }> = {
    nginx: { process: "nginx", of: nginx },
    haproxy: { process: "haproxy", of: haproxy },
};

/** For what is the same on every host: all but the text of a configuration that differs. */
export const engineOf: (model: Model) => Engine = perObject((model: Model) =>
    ENGINES[model.engine].of(model, model.hosts[0]!),
);

/** On a host. */
export const engineOn = (model: Model, host: HostModel): Engine =>
    proxyDiffers(model) ? ENGINES[model.engine].of(model, host) : engineOf(model);

/** Names of the processes of all other engines: a change of the engine replaces them. */
export function processesBesides(own: string): string[] {
    return Object.values(ENGINES).flatMap(({ process }) => (process === own ? [] : [process]));
}
