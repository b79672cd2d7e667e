/** What faults act by, beside programs on the hosts themselves. */

/** How an API server can be made to fail. */
export type ServerFault = "killed" | "hung" | "not ready";

/** The machines behind the load balancer. Servers are named by ADDRESS:PORT, as the load balancer knows them. */
export interface ControlPlane {
    /** Whether the API servers are real ones, which cannot be told what to answer. */
    real: boolean;
    break(server: string, fault: ServerFault): Promise<void>;
    restore(server: string, fault: ServerFault): Promise<void>;
}

/** The power of hosts that are VMs. */
export interface PowerControl {
    /** At once, as when the plug is pulled; comes back when it is off. */
    off(host: string): Promise<void>;
    on(host: string): Promise<void>;
}
