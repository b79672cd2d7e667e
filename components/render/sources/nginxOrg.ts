import type { Model, NginxOrgModel } from "../../model/model";
import { NGINX_CONF } from "../../host/paths";
import { logFiles } from "../nginx/logs";
import { proxyDropIn } from "../systemd";
import type { PackageRepository, Source } from "./source";

/** Its files as nginx.org's own guide names them. */
export const NGINX_ORG: PackageRepository = {
    name: "nginx.org",
    package: "nginx",
    list: "/etc/apt/sources.list.d/nginx.list",
    preferences: "/etc/apt/preferences.d/99nginx",
    keyring: "/usr/share/keyrings/nginx-archive-keyring.gpg",
};

/** The packages of nginx.org, which have the stream module built in. */
export function nginxOrg(model: Model, { channel, repository, fingerprints }: NginxOrgModel): Source {
    return {
        service: "nginx",
        user: "nginx",
        packages: [NGINX_ORG.package],
        repository: {
            ...NGINX_ORG,
            key: `${repository}/keys/nginx_signing.key`,
            fingerprints,
            packages: `${repository}/packages${channel === "mainline" ? "/mainline" : ""}`,
            component: "nginx",
            origin: "nginx",
            inputs: {
                address: "nginx.repository",
                fingerprints: "nginx.signingKeyFingerprints",
                instead: "nginx.source: distribution",
            },
        },
        settings: [],
        check: `nginx -t -q -c {${NGINX_CONF}}`,
        files: [proxyDropIn(model, "nginx", "SIGQUIT")],
        configuration: NGINX_CONF,
        restartAfter: [],
        logs: logFiles(model),
    };
}
