/** The source a model asks for. */
import type { Model } from "../../model/model";
import { container } from "./container";
import { distribution } from "./distribution";
import { nginxOrg } from "./nginxOrg";
import type { Source } from "./source";

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
