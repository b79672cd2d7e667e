/** The engine a model asks for. */
import type { Model } from "../model/model";
import { perObject } from "../text/perObject";
import type { Engine } from "./engine";
import { haproxy } from "./haproxy";
import { nginx } from "./nginx";

const ENGINES: Record<Model["engine"], { process: string; of: (model: Model) => Engine }> = {
    nginx: { process: "nginx", of: nginx },
    haproxy: { process: "haproxy", of: haproxy },
};

export const engineOf: (model: Model) => Engine = perObject((model: Model) => ENGINES[model.engine].of(model));

/** Names of the processes of all other engines: a change of the engine replaces them. */
export function processesBesides(own: string): string[] {
    return Object.values(ENGINES).flatMap(({ process }) => (process === own ? [] : [process]));
}
