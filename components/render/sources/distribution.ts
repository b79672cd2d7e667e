import type { Model } from "../../model/model";
import { NGINX_CONF } from "../../host/paths";
import { logFiles } from "../nginx/logs";
import { proxyDropIn } from "../systemd";
import type { Source } from "./source";

/** The package of the host's own distribution. Debian and Ubuntu ship the stream module as a package of its own. */
export function distribution(model: Model): Source {
    return {
        service: "nginx",
        user: "www-data",
        packages: ["nginx", "libnginx-mod-stream"],
        settings: [],
        check: `nginx -t -q -c {${NGINX_CONF}}`,
        files: [proxyDropIn(model, "nginx", "SIGQUIT")],
        configuration: NGINX_CONF,
        restartAfter: [],
        logs: logFiles(model),
    };
}
