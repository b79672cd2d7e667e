/** How connections are spread over backends. */
import { integer, oneOf, seconds, settings, text } from "./checks";
import type { BalancingInputs } from "./inputs";
import type { BalancingModel, Model } from "./model";
import type { Path, Problems } from "./problems";

/** A URL's path as it can stand in a configuration file. */
const URL_PATH = /^\/[A-Za-z0-9/._~?&=-]{0,999}$/;

/** Nobody says when a conversation by datagrams is over, and each takes up a connection until it is thought to be. */
const UDP_IDLE_TIMEOUT = 60;

/**
 * Seconds. A backend's kernel accepts within the time a packet takes there and back. Well below the second after which a lost packet would be sent
 * again, so that the next backend is asked meanwhile. At layer 7 TLS has to be agreed on within this time too, which keeps a busy backend busy.
 * HAProxy also waits as long as this before it asks again when no backend is healthy (its turn-around delay).
 */
const CONNECT_TIMEOUT = { tcp: 0.4, haproxy: 0.2, tls: 1 };

/** `tls`: the load balancer itself speaks TLS with the backends. */
export function resolveBalancing(
    problems: Problems, path: Path, given: BalancingInputs | undefined, engine: Model["engine"], kind: "api" | "tcp" | "udp", tls = false,
): BalancingModel {
    const balancing = settings(problems, path, given);
    const check = settings(problems, `${path}.healthCheck`, balancing.healthCheck);
    if (kind === "udp" && balancing.healthCheck !== undefined) problems.add(`${path}.healthCheck`, "is for TCP only: backends of datagrams are not checked");
    if (engine === "haproxy") {
        for (const key of ["maxFails", "failTimeout"] as const) {
            if (balancing[key] !== undefined) problems.add(`${path}.${key}`, "is for the engine nginx only: HAProxy checks its backends (healthCheck)", balancing[key]);
        }
    }
    if (kind !== "api" && check.path !== undefined) problems.add(`${path}.healthCheck.path`, "is for the Kubernetes API only: other backends are checked by connecting", check.path);
    const connecting = tls ? "tls" : engine === "haproxy" ? "haproxy" : "tcp";
    return {
        method: oneOf(problems, `${path}.method`, balancing.method ?? "leastConnections", ["leastConnections", "roundRobin"]),
        maxFails: integer(problems, `${path}.maxFails`, balancing.maxFails ?? 0, 0, 1000),
        failTimeout: integer(problems, `${path}.failTimeout`, balancing.failTimeout ?? 5, 1, 3600),
        connectTimeout: seconds(problems, `${path}.connectTimeout`, balancing.connectTimeout ?? CONNECT_TIMEOUT[connecting], 0.05, 60),
        idleTimeout: seconds(problems, `${path}.idleTimeout`, balancing.idleTimeout ?? (kind === "udp" ? UDP_IDLE_TIMEOUT : 3600), 60, 604800),
        healthCheck: {
            path: text(problems, `${path}.healthCheck.path`, check.path ?? "/readyz", URL_PATH, "a path such as /readyz, of at most 1000 characters"),
            interval: seconds(problems, `${path}.healthCheck.interval`, check.interval ?? 0.5, 0.1, 3600),
            timeout: seconds(problems, `${path}.healthCheck.timeout`, check.timeout ?? 0.75, 0.1, 60),
            fall: integer(problems, `${path}.healthCheck.fall`, check.fall ?? 2, 1, 100),
            rise: integer(problems, `${path}.healthCheck.rise`, check.rise ?? 2, 1, 100),
        },
    };
}
