/** The engine a model asks for. */
import type { Model } from "../model/model";
import type { Engine } from "./engine";
import { haproxy } from "./haproxy";
import { nginx } from "./nginx";

const ENGINES: Record<Model["engine"], (model: Model) => Engine> = { nginx, haproxy };

export function engineOf(model: Model): Engine {
    return ENGINES[model.engine](model);
}
