/** HAProxy's own settings. */
import { configurationLines, integer, settings } from "./checks";
import type { HaproxyInputs } from "./inputs";
import type { HaproxyModel } from "./model";
import type { Problems } from "./problems";

export function resolveHaproxy(problems: Problems, given: HaproxyInputs | undefined): HaproxyModel {
    const haproxy = settings(problems, "haproxy", given);
    return {
        maxConnections: integer(problems, "haproxy.maxConnections", haproxy.maxConnections ?? 32768, 64, 1048576),
        extraConfiguration: configurationLines(problems, "haproxy.extraConfiguration", haproxy.extraConfiguration, "HAProxy"),
    };
}
