import { type Provider } from "../shared/server";
import { standIns } from "../versions";
import { certRequest } from "./certRequest";
import { locallySignedCert } from "./locallySignedCert";
import { privateKey } from "./privateKey";
import { tlsSchema } from "./schema";
import { selfSignedCert } from "./selfSignedCert";

/** The resources of the `tls` plugin. Its two functions, which read keys and certificates, are not served. */
export const tlsProvider: Provider = {
    standIn: standIns.tls,
    resources: {
        "tls:index/certRequest:CertRequest": certRequest,
        "tls:index/locallySignedCert:LocallySignedCert": locallySignedCert,
        "tls:index/privateKey:PrivateKey": privateKey,
        "tls:index/selfSignedCert:SelfSignedCert": selfSignedCert,
    },
    schema: tlsSchema,
};
