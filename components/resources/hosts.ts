/**
 * The hosts: a VM for each that is one, and the steps that configure it. One host after the other, from the VM to the
 * health gate, so that whatever replaces or power-cycles a VM leaves the others serving.
 */
import * as pulumi from "@pulumi/pulumi";
import type { HaApiLoadBalancerArgs, HostArgs } from "../inputs";
import { hostOf, virtualMachineOf } from "../model/hostOf";
import type { Model } from "../model/model";
import { rolloutOrder } from "../model/rolloutOrder";
import { cloudImages } from "./cloudImages";
import { type HostSteps, hostSteps } from "./hostSteps";
import { hostPrefix, partName } from "./names";
import { plainSettings } from "./plainSettings";
import { machineFirewall } from "./proxmox/firewall";
import { type ManagedMachine, managedMachine, separate } from "./proxmox/highAvailability";
import { lookBefore } from "./proxmox/looks";
import { type ProxmoxHost, proxmoxHost } from "./virtualMachine";

/** What there is to know about a host once it is set up. */
export interface HostOutput {
    /** Name of the host. */
    name: string;
    /** IP address. */
    address: string;
    /** VRRP priority. */
    priority: number;
    /** Public SSH host key the host is known by; copy it to the host's hostKey input to require it for ever. */
    hostKey: string;
    /** Proxmox VM id; absent for a machine that was there before. */
    vmId?: number;
    /** Proxmox node; absent for a machine that was there before. */
    node?: string;
}

/** What the hosts are made from. */
export interface HostsSettings {
    args: HaApiLoadBalancerArgs;
    model: pulumi.Output<Model>;
    privateKey: pulumi.Output<string>;
    credentials: pulumi.Output<string> | undefined;
}

export interface Hosts {
    /** In the order given. */
    outputs: pulumi.Output<HostOutput[]>;
    /** Known when all hosts are configured. */
    configured: pulumi.Output<string>[];
}

export function makeHosts(name: string, settings: HostsSettings, parent: pulumi.Resource): Hosts {
    const { args, model, privateKey, credentials } = settings;
    const images = cloudImages(name, args, model, parent);
    const resourceOf = (host: HostArgs): string => partName(hostPrefix(name, host.name), "vm");
    const modelOf = (host: HostArgs) => model.apply((known) => virtualMachineOf(known, host.name));
    const othersThan = ({ name: own }: HostArgs): string =>
        ["pulumi up", ...args.hosts.filter((host) => host.name !== own).map((host) => targetOf(name, host))].join(" ");
    // All of them before the first is made: a template that cannot be used stops the run with nothing made.
    const allLooked = pulumi.all(
        args.hosts
            .filter(({ virtualMachine }) => virtualMachine !== undefined)
            .map((host) =>
                lookBefore(resourceOf(host), { host: modelOf(host), model, others: othersThan(host) }, parent),
            ),
    );
    const machines = new Map<string, ProxmoxHost>();
    const managed: ManagedMachine[] = [];
    const steps = new Map<string, HostSteps>();
    let before: HostSteps | undefined;
    for (const host of rolloutOrder(args.hosts)) {
        const setting = plainSettings(args, host);
        const virtualMachine =
            host.virtualMachine === undefined
                ? undefined
                : proxmoxHost(
                      resourceOf(host),
                      {
                          host: modelOf(host),
                          model,
                          given: { description: setting("description"), protection: setting("protection") },
                          others: othersThan(host),
                          image: images.get(host.name),
                          after: before?.configured,
                          looked: allLooked,
                      },
                      parent,
                  );
        if (virtualMachine !== undefined) machines.set(host.name, virtualMachine);
        const filtered =
            virtualMachine === undefined || setting("firewall") !== true
                ? undefined
                : machineFirewall(
                      hostPrefix(name, host.name),
                      {
                          host: modelOf(host),
                          model,
                          vm: virtualMachine.resource,
                          ipFilter: setting("firewallIpFilter") ?? false,
                      },
                      parent,
                  );
        const kept = setting("highAvailability");
        // Without a value in YAML it is null, which counts as not given.
        if (virtualMachine !== undefined && kept)
            managed.push(
                managedMachine(
                    hostPrefix(name, host.name),
                    { host: modelOf(host), vm: virtualMachine.resource, given: kept },
                    parent,
                ),
            );
        before = hostSteps(
            hostPrefix(name, host.name),
            {
                host: host.name,
                model,
                privateKey,
                hostKey: host.hostKey,
                credentials,
                after: before,
                ...(virtualMachine === undefined ? {} : { virtualMachine }),
                ...(filtered === undefined ? {} : { filtered }),
            },
            parent,
        );
        steps.set(host.name, before);
    }
    // Last: a host that does not serve yet is no reason to move another.
    separate(name, managed, before === undefined ? [] : [before.configured], parent);
    return {
        outputs: pulumi.all(
            args.hosts.map((host) => hostOutput(model, host.name, steps.get(host.name)!, machines.get(host.name))),
        ),
        configured: [...steps.values()].map(({ configured }) => configured.stdout),
    };
}

/** All that is made for a host, for the command line. */
const targetOf = (name: string, host: HostArgs): string => `--target '**::${hostPrefix(name, host.name)}-*'`;

function hostOutput(
    model: pulumi.Output<Model>,
    name: string,
    steps: HostSteps,
    machine: ProxmoxHost | undefined,
): pulumi.Output<HostOutput> {
    const host = model.apply((known) => hostOf(known, name));
    return pulumi
        .all([host, steps.hostKey, machine?.vmId])
        .apply(([{ address, priority, virtualMachine }, hostKey, vmId]) => ({
            name,
            address,
            priority,
            hostKey,
            ...(virtualMachine === undefined ? {} : { vmId: vmId!, node: virtualMachine.node }),
        }));
}
