/** The source a model asks for. */
import type { Model } from "../../model/model";
import { distribution } from "./distribution";
import { nginxOrg } from "./nginxOrg";
import type { Source } from "./source";

export function sourceOf({ nginx: { source } }: Model): Source {
    switch (source.kind) {
        case "distribution": return distribution();
        case "nginx.org": return nginxOrg(source);
        case "container": throw new Error("not yet");
    }
}
