/** Ports the load balancer uses besides the front port. */

/**
 * Where the proxy answers, on the loopback address only, with the checksum of the configuration its workers run: proof
 * of life and of version.
 */
export const STATUS_PORT = 6442;
/** Where the hosts' SSH server listens unless ssh.port says otherwise. */
export const SSH_PORT = 22;
/**
 * Where nginx, on the loopback address only, asks an API server for its health on behalf of the watcher, which speaks
 * no TLS.
 */
export const HEALTH_PORT = 6441;
