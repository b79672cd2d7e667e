import type * as proxmox from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import type { HaApiLoadBalancerArgs, HostArgs, ImageArgs } from "./inputs";
import { claim } from "./resources/claims";
import { credentialsOf } from "./resources/credentials";
import { behind, rewriteKubeconfig } from "./render/kubeconfig";
import { type InspectionOutput, inspectionOf } from "./inspection/output";
import { type LoadBalancerHost, loadBalancerHost } from "./resources/hostSteps";
import type { HostModel, ImageModel, Model, VirtualMachineModel } from "./model/model";
import { resolveNowOrLater } from "./model/resolveArgs";
import { HIGHEST_PRIORITY, PRIORITY_STEP } from "./model/vrrp";
import { cloudImage, looked, type ProxmoxHost, proxmoxHost } from "./resources/virtualMachine";
import { hostFiles } from "./render/host";
import { credentialsText } from "./resources/credentialsText";
import { checkedPrivateKey } from "./ssh/privateKey";
import { verification } from "./resources/verification";

/** What there is to know about a host once it is set up. */
export interface HostOutput {
    /** Name of the host. */
    name: string;
    /** IPv4 address. */
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

/**
 * A highly available address for a Kubernetes API: load-balancer hosts with nginx and keepalived, and the virtual IP
 * they share.
 */
export class HaApiLoadBalancer extends pulumi.ComponentResource {
    /** The virtual IP. */
    public readonly vip!: pulumi.Output<string>;
    /** Server URL for kubeconfig files: https://VIP:PORT, with the VIP's name where it was given as one. */
    public readonly kubeconfigServerUrl!: pulumi.Output<string>;
    /** The kubeconfig that was given, with the VIP as server; empty when none was. A secret. */
    public readonly kubeconfig!: pulumi.Output<string>;
    /** The hosts, in the order given. */
    public readonly hosts!: pulumi.Output<HostOutput[]>;
    /** The configuration files of each host, by host name and path, as they are written, for review. */
    public readonly files!: pulumi.Output<{ [host: string]: { [path: string]: string } }>;
    /** How to look at the hosts and what should be found there: what the commands status and drift need. */
    public readonly inspection!: pulumi.Output<InspectionOutput>;
    /**
     * What is verified on the hosts at the end of every deployment, which fails where it is not so; empty when verify
     * is false.
     */
    public readonly verification!: pulumi.Output<string[]>;

    /** Fails with one error that lists every problem of the inputs, before anything is made or changed. */
    constructor(name: string, args: HaApiLoadBalancerArgs, opts?: pulumi.ComponentResourceOptions) {
        super("ha-api-load-balancer:index:HaApiLoadBalancer", name, {}, opts);
        const model = resolveNowOrLater(args);
        claim(name, args.hosts);
        const privateKey = checkedPrivateKey(args.ssh?.privateKey);
        const given = credentialsOf(name, args, model, this);
        const credentials = given === undefined ? undefined : credentialsText(model, given);
        model.apply(({ warnings }) => warnings.forEach((warning) => void pulumi.log.warn(warning, this)));
        const images = downloadImages(name, args, model, this);

        // One host after the other, from the VM to the health gate: whatever replaces or power-cycles a VM leaves the
        // others serving.
        const machines = new Map<string, ProxmoxHost>();
        const configured = new Map<string, LoadBalancerHost>();
        let hostBefore: LoadBalancerHost | undefined;
        const vmOf = (host: HostArgs): string => `${name}-${host.name}-vm`;
        const machineOf = (host: HostArgs): pulumi.Output<ReturnType<typeof machineModel>> =>
            model.apply((plain) => machineModel(plain, host.name));
        // All of them before the first is made: a template that cannot be used stops the run with nothing made.
        const lookedAtAll = pulumi.all(
            args.hosts
                .filter(({ virtualMachine }) => virtualMachine !== undefined)
                .map((host) => looked(vmOf(host), { host: machineOf(host), model }, this)),
        );
        for (const host of leastPreferredFirst(args.hosts)) {
            const machine =
                host.virtualMachine === undefined
                    ? undefined
                    : proxmoxHost(
                          vmOf(host),
                          {
                              host: machineOf(host),
                              model,
                              image: images.get(host.name),
                              after: hostBefore?.configured,
                              looked: lookedAtAll,
                          },
                          this,
                      );
            hostBefore = loadBalancerHost(
                `${name}-${host.name}`,
                {
                    host: host.name,
                    model,
                    privateKey,
                    hostKey: host.hostKey,
                    credentials,
                    after: hostBefore,
                    ...(machine === undefined ? {} : { virtualMachine: machine }),
                },
                this,
            );
            if (machine !== undefined) machines.set(host.name, machine);
            configured.set(host.name, hostBefore);
        }

        this.vip = model.apply(({ vip }) => vip.address);
        this.kubeconfigServerUrl = model.apply(({ vip, port }) => `https://${vip.name ?? vip.address}:${port}`);
        this.kubeconfig = pulumi.secret(
            pulumi
                .all([model, args.kubeconfig, this.kubeconfigServerUrl])
                .apply(([plain, kubeconfig, url]) =>
                    kubeconfig === undefined ? "" : rewriteKubeconfig(kubeconfig, behind(plain), url),
                ),
        );
        this.hosts = pulumi.all(
            args.hosts.map(({ name: host }) => hostOutput(model, host, configured.get(host)!, machines.get(host))),
        );
        this.files = model.apply((plain) =>
            Object.fromEntries(
                plain.hosts.map((host) => [
                    host.name,
                    Object.fromEntries(hostFiles(plain, host).map(({ path, content }) => [path, content])),
                ]),
            ),
        );
        this.inspection = model.apply(inspectionOf);
        this.verification = verification(
            name,
            {
                deployment: pulumi.output({
                    vip: this.vip,
                    hosts: this.hosts,
                    files: this.files,
                    inspection: this.inspection,
                }),
                enabled: model.apply(({ verify }) => verify),
                privateKey,
                after: [...configured.values()].map((host) => host.configured.stdout),
            },
            this,
        );
        this.registerOutputs({
            vip: this.vip,
            kubeconfigServerUrl: this.kubeconfigServerUrl,
            kubeconfig: this.kubeconfig,
            hosts: this.hosts,
            files: this.files,
            inspection: this.inspection,
            verification: this.verification,
        });
    }
}

/** Priorities are plain, because the order of the steps follows from them; the defaults are those of the model. */
function leastPreferredFirst(hosts: HostArgs[]): HostArgs[] {
    const priority = (host: HostArgs): number =>
        host.priority ?? HIGHEST_PRIORITY - PRIORITY_STEP * hosts.indexOf(host);
    return [...hosts].sort((a, b) => priority(a) - priority(b));
}

function machineModel(model: Model, host: string): HostModel & { virtualMachine: VirtualMachineModel } {
    return model.hosts.find(({ name }) => name === host) as HostModel & { virtualMachine: VirtualMachineModel };
}

/** One download for each node and image, whichever hosts use it. */
function downloadImages(
    name: string,
    args: HaApiLoadBalancerArgs,
    model: pulumi.Output<Model>,
    parent: pulumi.Resource,
): Map<string, proxmox.download.File> {
    const downloads = new Map<string, { image: ImageArgs; file: proxmox.download.File }[]>();
    const byHost = new Map<string, proxmox.download.File>();
    for (const host of args.hosts) {
        const own = host.virtualMachine;
        if (own === undefined || own.template !== undefined) continue;
        const image = own.image ?? args.virtualMachines?.image;
        const node = own.node ?? args.virtualMachines?.node;
        if (image === undefined || node === undefined) continue;
        const onNode = downloads.get(node) ?? [];
        let download = onNode.find((known) => isSameImage(known.image, image));
        if (download === undefined) {
            // No node has such a name, as one called pve1-2 would have it.
            const suffix = onNode.length === 0 ? "" : `@${onNode.length + 1}`;
            const source = model.apply(
                (plain) => machineModel(plain, host.name).virtualMachine.source as { kind: "image" } & ImageModel,
            );
            download = { image, file: cloudImage(`${name}-image-${node}${suffix}`, node, source, parent) };
            downloads.set(node, [...onNode, download]);
        }
        byHost.set(host.name, download.file);
    }
    return byHost;
}

/** Hosts may share one description of an image or each have its own: what counts is what it says. */
function isSameImage(one: ImageArgs, other: ImageArgs): boolean {
    const keys = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof ImageArgs>;
    return [...keys].every((key) => one[key] === other[key]);
}

function hostOutput(
    model: pulumi.Output<Model>,
    name: string,
    host: LoadBalancerHost,
    machine: ProxmoxHost | undefined,
): pulumi.Output<HostOutput> {
    const plain = model.apply(({ hosts }) => hosts.find((candidate) => candidate.name === name)!);
    return pulumi
        .all([plain, host.hostKey, machine?.vmId])
        .apply(([{ address, priority, virtualMachine }, hostKey, vmId]) => ({
            name,
            address,
            priority,
            hostKey,
            ...(virtualMachine === undefined ? {} : { vmId: vmId!, node: virtualMachine.node }),
        }));
}
