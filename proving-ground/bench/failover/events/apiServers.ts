/** One of the three API servers dies, hangs, or answers that it is not well. */
import { setFault, startApiServer, stopApiServer } from "../../../lab/apiserver/apiServers";
import type { Fault } from "../../../lab/apiserver/server";
import { AT_ONCE_MS, type BenchEvent } from "./event";

export const apiKilled: BenchEvent = {
    name: "api-killed",
    prepare: ({ instance, apiServer }) =>
        Promise.resolve({
            steps: [{ measure: "api-killed", act: () => stopApiServer(instance, apiServer), atLeastMs: AT_ONCE_MS }],
            restore: () => startApiServer(instance, apiServer),
        }),
};

const faulty = (name: string, fault: Fault): BenchEvent => ({
    name,
    prepare: ({ instance, apiServer }) =>
        Promise.resolve({
            // A client gives up after a second: until then it does not show whether the server was asked again.
            steps: [{ measure: name, act: () => setFault(instance, apiServer, fault), atLeastMs: 2 * AT_ONCE_MS }],
            restore: () => setFault(instance, apiServer, {}),
        }),
});

export const apiHung = faulty("api-hung", { hang: true });
export const apiUnwell = faulty("api-500", { readyz: 500, livez: 500, healthz: 500 });
