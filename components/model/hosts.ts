/** The hosts: names, addresses and priorities, each good in itself and all of them together. */
import { hostAddress, inNetwork, isEdge } from "./addresses";
import { hostSpec } from "../inputs/loadBalancer";
import { distinct, list, settings } from "../spec/checks";
import { omit } from "../spec/omit";
import { Problems } from "../spec/problems";
import { resolveMembers } from "../spec/resolve";
import { Network } from "../text/address";
import type { HostInputs, Inputs } from "./inputs";
import type { EndpointModel, HostModel, ListenerModel, Model } from "./model";
import { HEALTH_PORT, STATUS_PORT } from "./ports";
import { defaultPriority } from "./rolloutOrder";
import { resolveVirtualMachine } from "./virtualMachine";

/**
 * VRRP gives each host a priority of its own, in steps; more hosts than this would run out of them, and none needs as
 * many.
 */
const MOST_HOSTS = 20;

/** What hosts are checked against; parts that were themselves wrong are absent or empty. */
interface Surroundings {
    vip: { address: string; prefixLength: number } | undefined;
    listeners: ListenerModel[];
    listenOn: Model["listenOn"];
    engine: Model["engine"];
    authorizedKeys: string[];
    allowSingleHost: boolean;
}

export function resolveHosts(problems: Problems, inputs: Inputs, around: Surroundings): HostModel[] {
    const given = list(problems, "hosts", inputs.hosts);
    checkCount(problems, given.length, around.allowSingleHost);
    if (inputs.virtualMachines?.vmId !== undefined) {
        problems.add(
            "virtualMachines.vmId",
            "belongs to each host's own virtualMachine settings: ids are distinct",
            inputs.virtualMachines.vmId,
        );
    }
    // Settings of VMs nobody asked for are a host that was meant to be one.
    if (
        Object.values(inputs.virtualMachines ?? {}).some((value) => value !== undefined) &&
        given.length > 0 &&
        given.every((host) => host?.virtualMachine === undefined)
    ) {
        problems.add(
            "virtualMachines",
            "is given, but no host is a VM: add virtualMachine: {} to those that are to be made, or leave " +
                "virtualMachines out",
        );
    }
    const hosts = given.map((host, index) => resolveHost(problems, `hosts[${index}]`, host, index, inputs, around));
    checkTogether(problems, hosts);
    checkGateways(problems, inputs, hosts, around.listeners[0]?.backends ?? []);
    return hosts;
}

function checkCount(problems: Problems, count: number, allowSingleHost: boolean): void {
    if (count === 0) problems.add("hosts", "must name at least two hosts", []);
    if (count === 1 && !allowSingleHost) {
        problems.add(
            "hosts",
            "must name at least two hosts: one alone is not highly available (allowSingleHost: true accepts it)",
        );
    }
    if (count > MOST_HOSTS) problems.add("hosts", `must name at most ${MOST_HOSTS} hosts`, count);
}

function resolveHost(
    problems: Problems,
    path: string,
    given: HostInputs,
    index: number,
    inputs: Inputs,
    around: Surroundings,
): HostModel {
    const host = settings(problems, path, given);
    const own = resolveMembers(problems, (name) => `${path}.${name}`, omit(hostSpec, "virtualMachine"), host);
    const address = hostAddress(problems, `${path}.address`, own.address);
    if (address !== undefined) checkAddress(problems, `${path}.address`, address, around);
    const resolved: HostModel = { ...own, address: address ?? "", priority: own.priority ?? defaultPriority(index) };
    if (host.virtualMachine !== undefined) {
        resolved.virtualMachine = resolveVirtualMachine(
            problems,
            path,
            host.virtualMachine,
            inputs.virtualMachines,
            around.vip,
        );
        if (around.authorizedKeys.length === 0) {
            problems.add("ssh.authorizedKeys", `must hold the public key that may log in to the VM of ${own.name}`, []);
        }
    }
    return resolved;
}

function checkAddress(
    problems: Problems,
    path: string,
    address: string,
    { vip, listeners, listenOn, engine }: Surroundings,
): void {
    if (vip !== undefined) {
        if (address === vip.address) problems.add(path, "must not be the VIP, which moves between the hosts", address);
        else if (!inNetwork(address, vip))
            problems.add(
                path,
                `must be in the VIP's network, ${Network.of(vip).reserved[0]!.toString()}/${vip.prefixLength}`,
                address,
            );
        else isEdge(problems, path, address, vip);
    }
    const own: number[] = engine === "nginx" ? [STATUS_PORT, HEALTH_PORT] : [STATUS_PORT];
    // A control-plane machine may be a load-balancer host too, as long as the proxy leaves the API server its port.
    listeners.forEach((listener, index) => {
        const here = listener.backends
            .map((backend, n) => ({
                ...backend,
                where: index === 0 ? `apiServers[${n}]` : `listeners[${index - 1}].backends[${n}]`,
            }))
            .filter((backend) => backend.address === address);
        const taken = here.find(({ port }) => listener.protocol === "tcp" && own.includes(port));
        if (taken !== undefined)
            problems.add(
                path,
                `is a backend's too (${taken.where}), whose port ${taken.port} the proxy's own answers use ` +
                    "on the loopback address: the backend must listen on another one",
                address,
            );
        const clash =
            listenOn === "vip"
                ? undefined
                : here.find((backend) =>
                      listeners.some(({ port, protocol }) => port === backend.port && protocol === listener.protocol),
                  );
        if (clash !== undefined)
            problems.add(
                path,
                `is a backend's too (${clash.where}), and the proxy would take its port ${clash.port}: ` +
                    "choose another port, or listenOn: vip",
                address,
            );
    });
}

/** A VM that has the router's address takes the network down with it. */
function checkGateways(problems: Problems, inputs: Inputs, hosts: HostModel[], apiServers: EndpointModel[]): void {
    hosts.forEach(({ virtualMachine }, index) => {
        if (virtualMachine === undefined || virtualMachine.gateway === "") return;
        const { gateway } = virtualMachine;
        const own = settings(new Problems(), "", inputs.hosts[index]?.virtualMachine);
        const path = own.gateway === undefined ? "virtualMachines.gateway" : `hosts[${index}].virtualMachine.gateway`;
        const host = hosts.find(({ address }) => address === gateway);
        if (host !== undefined) problems.add(path, `must not be the address of a host (${host.name})`, gateway);
        else if (apiServers.some(({ address }) => address === gateway))
            problems.add(path, "must not be the address of an API server", gateway);
    });
}

function checkTogether(problems: Problems, hosts: HostModel[]): void {
    const entries = hosts.map((host, index) => ({ host, path: `hosts[${index}]` }));
    distinct(
        problems,
        entries.map(({ host, path }) => ({ path: `${path}.name`, value: host.name })),
        "names of hosts",
    );
    distinct(
        problems,
        entries.map(({ host, path }) => ({ path: `${path}.address`, value: host.address, owner: host.name })),
        "addresses of hosts",
    );
    distinct(
        problems,
        entries.map(({ host, path }) => ({ path: `${path}.priority`, value: host.priority, owner: host.name })),
        "priorities",
    );
    distinct(
        problems,
        entries.flatMap(({ host, path }) =>
            host.virtualMachine?.vmId === undefined
                ? []
                : [{ path: `${path}.virtualMachine.vmId`, value: host.virtualMachine.vmId, owner: host.name }],
        ),
        "VM ids",
    );
    entries.forEach(({ host, path }) => {
        const vmId = host.virtualMachine?.vmId;
        const clone = hosts.find(
            ({ virtualMachine }) => virtualMachine?.source.kind === "template" && virtualMachine.source.vmId === vmId,
        );
        if (vmId !== undefined && clone !== undefined) {
            problems.add(
                `${path}.virtualMachine.vmId`,
                `must not be the id of the template of ${clone === host ? "this host" : clone.name}`,
                vmId,
            );
        }
    });
}
