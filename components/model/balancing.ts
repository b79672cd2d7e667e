/** How connections are spread over backends. */
import { balancingSpec } from "../inputs/proxy";
import type { Path, Problems } from "../spec/problems";
import { resolveGroup } from "../spec/resolve";
import type { BalancingInputs } from "./inputs";
import type { BalancingModel, Model } from "./model";

const IDLE_TIMEOUT = 3600;
/** UDP has no end of session: each client occupies a connection until it times out. */
const UDP_IDLE_TIMEOUT = 60;

/**
 * Seconds. A backend's kernel accepts within the time a packet takes there and back. Well below the second after which
 * a lost packet would be sent again, so that the next backend is asked meanwhile. At layer 7 TLS has to be agreed on
 * within this time too, which keeps a busy backend busy.
 * HAProxy also waits as long as this before it asks again when no backend is healthy (its turn-around delay).
 */
const CONNECT_TIMEOUT = { tcp: 0.4, haproxy: 0.2, tls: 1 };

function defaultConnectTimeout(engine: Model["engine"], tls: boolean): number {
    if (tls) return CONNECT_TIMEOUT.tls;
    return engine === "haproxy" ? CONNECT_TIMEOUT.haproxy : CONNECT_TIMEOUT.tcp;
}

/** `tls`: the load balancer itself speaks TLS with the backends. */
export function resolveBalancing(
    problems: Problems,
    path: Path,
    given: BalancingInputs | undefined,
    engine: Model["engine"],
    protocol: "tcp" | "udp",
    tls = false,
): BalancingModel {
    const balancing = resolveGroup(problems, path, balancingSpec, given);
    return {
        ...balancing,
        connectTimeout: balancing.connectTimeout ?? defaultConnectTimeout(engine, tls),
        idleTimeout: balancing.idleTimeout ?? (protocol === "udp" ? UDP_IDLE_TIMEOUT : IDLE_TIMEOUT),
    };
}
