/** Ports the load balancer uses besides those of its listeners. */

/**
 * Where the proxy answers, on the loopback address only, with the checksum of the configuration its workers run: proof
 * of life and of version.
 */
export const STATUS_PORT = 6442;
/**
 * Where nginx, on the loopback address only, asks an API server for its health on behalf of the watcher, which speaks
 * no TLS.
 */
export const HEALTH_PORT = 6441;
/** Where node-exporter listens as Debian packages it. */
export const NODE_EXPORTER_PORT = 9100;
/** What the load balancer itself uses on the loopback address: no listener can have them. */
export const OWN_PORTS = [HEALTH_PORT, STATUS_PORT];
