import type { Model, NginxOrgModel } from "../../model/model";
import { quote } from "../../text/quote";
import { NGINX_CONF } from "../paths";
import { logFiles } from "../nginx/logs";
import { proxyDropIn } from "../systemd";
import type { Source } from "./source";

/** The packages of nginx.org, which have the stream module built in. */
export function nginxOrg(model: Model, { channel, repository, fingerprints }: NginxOrgModel): Source {
    return {
        service: "nginx",
        user: "nginx",
        packages: ["nginx"],
        settings: [
            "source=nginx.org",
            `nginx_channel=${quote(channel)}`,
            `nginx_repository=${quote(repository)}`,
            `nginx_fingerprints=${quote(fingerprints.join(" "))}`,
        ],
        check: `nginx -t -q -c {${NGINX_CONF}}`,
        files: [proxyDropIn(model, "nginx", "SIGQUIT")],
        configuration: NGINX_CONF,
        restartAfter: [],
        logs: logFiles(model),
    };
}
