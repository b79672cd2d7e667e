import * as pulumi from "@pulumi/pulumi";
import { inspectionOf, type InspectionOutput } from "./inspection/output";
import type { HaApiLoadBalancerArgs } from "./inputs";
import { resolveNowOrLater } from "./model/resolveArgs";
import { apiVips } from "./model/vips";
import { filesByHost } from "./render/filesByHost";
import { kubeconfigServerUrl, kubeconfigText } from "./render/kubeconfig";
import { claim } from "./resources/claims";
import { credentialsOf } from "./resources/credentials";
import { type HostOutput, makeHosts } from "./resources/hosts";
import { COMPONENT } from "./resources/names";
import { checkedPrivateKey } from "./resources/privateKey";
import { verification, type VerificationEffects } from "./resources/verification";

/**
 * A highly available address for a Kubernetes API: load-balancer hosts with nginx and keepalived, and the virtual IP
 * they share.
 */
export class HaApiLoadBalancer extends pulumi.ComponentResource {
    /** The virtual IP. */
    public readonly vip!: pulumi.Output<string>;
    /** The IPv6 address beside an IPv4 VIP; empty where there is none. */
    public readonly vip6!: pulumi.Output<string>;
    /** Server URL for kubeconfig files: https://VIP:PORT, with the VIP's name where it was given as one. */
    public readonly kubeconfigServerUrl!: pulumi.Output<string>;
    /** The kubeconfig that was given, with the VIP as server; empty when none was. A secret. */
    public readonly kubeconfig!: pulumi.Output<string>;
    /** The hosts, in the order given. */
    public readonly hosts!: pulumi.Output<HostOutput[]>;
    /** The configuration files of each host, by host name and path, as they are written, for review. */
    public readonly files!: pulumi.Output<{ [host: string]: { [path: string]: string } }>;
    /** How to inspect the hosts and what should be found there: what the commands status and drift need. */
    public readonly inspection!: pulumi.Output<InspectionOutput>;
    /**
     * What is verified on the hosts at the end of every deployment, which fails where it is not so; empty when verify
     * is false.
     */
    public readonly verification!: pulumi.Output<string[]>;

    /** Fails with one error that lists every problem of the inputs, before anything is made or changed. */
    constructor(
        name: string,
        args: HaApiLoadBalancerArgs,
        opts?: pulumi.ComponentResourceOptions,
        /** For tests. */ effects?: VerificationEffects,
    ) {
        super(COMPONENT, name, {}, opts);
        const model = resolveNowOrLater(args);
        claim(name, args.hosts);
        const privateKey = checkedPrivateKey(args.ssh?.privateKey);
        const credentials = credentialsOf(name, args, model, this);
        model.apply(({ warnings }) => warnings.forEach((warning) => void pulumi.log.warn(warning, this)));
        const hosts = makeHosts(name, { args, model, privateKey, credentials }, this);

        this.vip = model.apply(({ vips }) => vips[0].address);
        this.vip6 = model.apply((plain) => apiVips(plain)[1]?.address ?? "");
        this.kubeconfigServerUrl = model.apply(kubeconfigServerUrl);
        this.kubeconfig = pulumi.secret(pulumi.all([model, args.kubeconfig]).apply(kubeconfigText));
        this.hosts = hosts.outputs;
        this.files = model.apply(filesByHost);
        this.inspection = model.apply(inspectionOf);
        const { vip, files, inspection } = this;
        this.verification = verification(
            name,
            {
                deployment: pulumi.output({ vip, hosts: this.hosts, files, inspection }),
                enabled: model.apply(({ verify }) => verify),
                privateKey,
                after: hosts.configured,
            },
            this,
            effects,
        );
        this.registerOutputs({
            vip,
            vip6: this.vip6,
            kubeconfigServerUrl: this.kubeconfigServerUrl,
            kubeconfig: this.kubeconfig,
            hosts: this.hosts,
            files,
            inspection,
            verification: this.verification,
        });
    }
}
