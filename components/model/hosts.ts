/** The hosts: names, addresses and priorities, each good in itself and all of them together. */
import { hostAddress, inNetwork, networkEdges } from "./addresses";
import { boolean, distinct, integer, list, oneOf, settings, text } from "./checks";
import type { HostInputs, Inputs } from "./inputs";
import type { HostModel, ListenerModel, Model } from "./model";
import type { Problems } from "./problems";
import { publicKey } from "./resolve";
import { resolveVirtualMachine } from "./virtualMachine";
import { HIGHEST_PRIORITY, OWNER_PRIORITY, PRIORITY_STEP } from "./vrrp";

/** VRRP gives each host a priority of its own, in steps; more hosts than this would run out of them, and none needs as many. */
const MOST_HOSTS = 20;

/** What hosts are checked against; parts that were themselves wrong are absent or empty. */
interface Surroundings {
    vip: { address: string; prefixLength: number } | undefined;
    listeners: ListenerModel[];
    listenOn: Model["listenOn"];
    authorizedKeys: string[];
}

export function resolveHosts(problems: Problems, inputs: Inputs, around: Surroundings): HostModel[] {
    const given = list(problems, "hosts", inputs.hosts);
    checkCount(problems, given.length, boolean(problems, "allowSingleHost", inputs.allowSingleHost ?? false));
    if (inputs.virtualMachines?.vmId !== undefined) {
        problems.add("virtualMachines.vmId", "belongs to each host's own virtualMachine settings: ids are distinct", inputs.virtualMachines.vmId);
    }
    const hosts = given.map((host, index) => resolveHost(problems, `hosts[${index}]`, host, index, inputs, around));
    checkTogether(problems, hosts);
    return hosts;
}

function checkCount(problems: Problems, count: number, allowSingleHost: boolean): void {
    if (count === 0) problems.add("hosts", "must name at least two hosts", []);
    if (count === 1 && !allowSingleHost) {
        problems.add("hosts", "must name at least two hosts: one alone is not highly available (allowSingleHost: true accepts it)");
    }
    if (count > MOST_HOSTS) problems.add("hosts", `must name at most ${MOST_HOSTS} hosts`, count);
}

function resolveHost(problems: Problems, path: string, given: HostInputs, index: number, inputs: Inputs, around: Surroundings): HostModel {
    const host = settings(problems, path, given);
    const name = text(problems, `${path}.name`, host.name, /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/,
        "a host name of lower-case letters, digits and hyphens, such as vrrp1");
    const address = hostAddress(problems, `${path}.address`, host.address);
    if (address !== undefined) checkAddress(problems, `${path}.address`, address, around);
    const resolved: HostModel = {
        name,
        address: address ?? "",
        priority: integer(problems, `${path}.priority`, host.priority ?? HIGHEST_PRIORITY - PRIORITY_STEP * index, 1, OWNER_PRIORITY),
        initialState: oneOf(problems, `${path}.initialState`, host.initialState ?? "backup", ["backup", "master"]),
    };
    if (host.interface !== undefined) {
        resolved.interface = text(problems, `${path}.interface`, host.interface, /^[A-Za-z0-9_.@-]{1,15}$/, "the name of a network interface, such as ens18");
    }
    if (host.hostKey !== undefined) resolved.hostKey = publicKey(problems, `${path}.hostKey`, host.hostKey);
    if (host.virtualMachine !== undefined) {
        resolved.virtualMachine = resolveVirtualMachine(problems, path, host.virtualMachine, inputs.virtualMachines, around.vip);
        if (around.authorizedKeys.length === 0) {
            problems.add("ssh.authorizedKeys", `must hold the public key that may log in to the VM of ${name}`, []);
        }
    }
    return resolved;
}

function checkAddress(problems: Problems, path: string, address: string, { vip, listeners, listenOn }: Surroundings): void {
    if (vip !== undefined) {
        const { network, broadcast } = networkEdges(vip.address, vip.prefixLength);
        if (address === vip.address) problems.add(path, "must not be the VIP, which moves between the hosts", address);
        else if (!inNetwork(address, vip)) problems.add(path, `must be in the VIP's network, ${network}/${vip.prefixLength}`, address);
        else if (address === network || address === broadcast) problems.add(path, "must not be the network's own or broadcast address", address);
    }
    if (listenOn === "vip") return;
    // A control-plane machine may be a load-balancer host too, as long as the proxy leaves the API server its port.
    listeners.forEach((listener, index) => {
        const clash = listener.backends.findIndex((backend) => backend.address === address && listeners.some(({ port, protocol }) => port === backend.port && protocol === listener.protocol));
        if (clash < 0) return;
        const where = index === 0 ? `apiServers[${clash}]` : `listeners[${index - 1}].backends[${clash}]`;
        problems.add(path, `is a backend's too (${where}), and the proxy would take its port ${listener.backends[clash]!.port}: choose another port, or listenOn: vip`, address);
    });
}

function checkTogether(problems: Problems, hosts: HostModel[]): void {
    const entries = hosts.map((host, index) => ({ host, path: `hosts[${index}]` }));
    distinct(problems, entries.map(({ host, path }) => ({ path: `${path}.name`, value: host.name })), "names of hosts");
    distinct(problems, entries.map(({ host, path }) => ({ path: `${path}.address`, value: host.address, owner: host.name })), "addresses of hosts");
    distinct(problems, entries.map(({ host, path }) => ({ path: `${path}.priority`, value: host.priority, owner: host.name })), "priorities");
    distinct(problems, entries.flatMap(({ host, path }) =>
        host.virtualMachine?.vmId === undefined ? [] : [{ path: `${path}.virtualMachine.vmId`, value: host.virtualMachine.vmId, owner: host.name }]), "VM ids");
    entries.forEach(({ host, path }) => {
        const source = host.virtualMachine?.source;
        if (source?.kind === "template" && source.vmId === host.virtualMachine?.vmId) {
            problems.add(`${path}.virtualMachine.vmId`, "must not be the template's own id", source.vmId);
        }
    });
}
