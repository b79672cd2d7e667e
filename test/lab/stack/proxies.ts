/** The kinds of proxy there are, for tests of what must be so with each. */
import { keys } from "../../../proving-ground/lab/pki";
import { instance } from "../machines/support";
import type { StackConfig } from "./support";

export interface Proxy {
    title: string;
    config: StackConfig;
}

const { authority, caCertificate } = keys(instance);

export const NGINX: Proxy = { title: "nginx", config: {} };
export const HAPROXY: Proxy = { title: "HAProxy", config: { engine: "haproxy" } };
export const LAYER_7: Proxy = {
    title: "nginx, TLS ending there",
    config: {
        layer: 7,
        clusterCertificateAuthorityFile: caCertificate,
        tls: { issuer: { certificateFile: caCertificate, privateKeyFile: `${authority}.key` } },
    },
};
/** The first is the default. */
export const PROXIES: Proxy[] = [NGINX, HAPROXY, LAYER_7];
