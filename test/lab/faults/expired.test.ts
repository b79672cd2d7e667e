/**
 * An API server whose certificate has expired. Who verifies it leaves the server out: HAProxy's checks, and nginx with
 * TLS termination. At layer 4 with nginx clients see it themselves.
 */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { setFault } from "../../../proving-ground/lab/apiserver/apiServers";
import { keys } from "../../../proving-ground/lab/pki";
import { instance } from "../machines/support";
import { HAPROXY, LAYER_7, type Proxy } from "../stack/proxies";
import { observedDuring } from "../stack/support";
import { triedOn } from "./pair";

/** At layer 4 with what its checks are to trust. */
const VERIFYING: Proxy[] = [
    {
        ...HAPROXY,
        config: {
            ...HAPROXY.config,
            clusterCertificateAuthorityFile: keys(instance).caCertificate,
            balancing: { healthCheck: { path: "/readyz", interval: 1 } },
        },
    },
    LAYER_7,
];
const [first] = instance.apiServers as [(typeof instance.apiServers)[number]];

for (const { title, config } of VERIFYING)
    describe(`an API server whose certificate has expired, behind ${title}`, function () {
        this.timeout(300_000);
        const row = { trouble: `an expired certificate of an API server, ${title}`, as: "each" };
        const { pair, survives } = triedOn("test-expired", row, config);

        it("is left out, and used again with a new one", () =>
            survives(async () => {
                const expires = await observedDuring(async () => {
                    await sleep(500);
                    await setFault(instance, first.name, { expired: true });
                    await sleep(6000);
                });
                // HAProxy finds it out by two checks; what a client gets until then, it refuses.
                assert.ok(expires.failed < expires.requests / 3, JSON.stringify(expires));
                const later = await observedDuring(() => sleep(3000));
                assert.equal(later.failed, 0, JSON.stringify(later));
                await setFault(instance, first.name, {});
                await pair.atRest();
            }));
    });
