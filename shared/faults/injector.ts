/**
 * The ways to make faults real. The drill has an injector that works by SSH, the benchmark one that enters machines.
 */
import type { Fault, HostAction, PathEffect, ServerFault } from "./fault";

/** The machines behind the load balancer. Servers are named by ADDRESS:PORT, as the load balancer knows them. */
export interface ControlPlane {
    /** Whether the API servers are real ones, which cannot be told what to answer. */
    real: boolean;
    break(server: string, fault: ServerFault): Promise<void>;
    restore(server: string, fault: ServerFault): Promise<void>;
}

/** The power of hosts that are VMs. */
export interface PowerControl {
    /** At once, as in a power cut; returns when the VM is off. */
    off(host: string): Promise<void>;
    on(host: string): Promise<void>;
}

/**
 * `inject...` returns when it is done. `revert...` is safe to run twice, and also when nothing was injected. Both
 * get the fault: one that cannot be reverted from outside must end by itself.
 */
export interface FaultInjector {
    injectOnHost(host: string, action: HostAction, fault: Fault): Promise<unknown>;
    revertOnHost(host: string, action: HostAction): Promise<unknown>;
    /** Between every host and these API servers. */
    injectOnPath(effect: PathEffect, servers: string[], fault: Fault): Promise<unknown>;
    revertOnPath(effect: PathEffect, servers: string[]): Promise<unknown>;
    /** Where one of them is not there, the reason. */
    power: PowerControl | string;
    controlPlane: ControlPlane | string;
}

/** Where a fault falls. */
export interface FaultTarget {
    /** The host that holds the VIP. */
    master: string;
    /** The API server on which faults of one of them fall, ADDRESS:PORT. */
    server: string;
    apiServers: string[];
}

export async function injectFault(fault: Fault, target: FaultTarget, injector: FaultInjector): Promise<void> {
    const { action } = fault;
    const servers = serversOf(fault, target);
    if (action.kind === "power") await available(injector.power).off(target.master);
    else if (action.kind === "path") await injector.injectOnPath(action.effect, servers, fault);
    else if (action.kind === "server") {
        const controlPlane = available(injector.controlPlane);
        await Promise.all(servers.map((server) => controlPlane.break(server, action.fault)));
    } else await injector.injectOnHost(target.master, action, fault);
}

/** Does nothing for a fault that recovers by itself. */
export async function revertFault(fault: Fault, target: FaultTarget, injector: FaultInjector): Promise<void> {
    const { action } = fault;
    if (fault.recovery !== "reverted") return;
    const servers = serversOf(fault, target);
    if (action.kind === "power") await available(injector.power).on(target.master);
    else if (action.kind === "path") await injector.revertOnPath(action.effect, servers);
    else if (action.kind === "server") {
        const controlPlane = available(injector.controlPlane);
        await Promise.all(servers.map((server) => controlPlane.restore(server, action.fault)));
    } else await injector.revertOnHost(target.master, action);
}

/** The host or API server a fault falls on, for reports. */
export function targetName({ on }: Pick<Fault, "on">, { master, server }: FaultTarget): string {
    return { master, server, servers: "all API servers" }[on];
}

function serversOf({ on }: Fault, { server, apiServers }: FaultTarget): string[] {
    return on === "servers" ? apiServers : [server];
}

function available<T extends object>(port: T | string): T {
    if (typeof port === "string") throw new Error(port);
    return port;
}
