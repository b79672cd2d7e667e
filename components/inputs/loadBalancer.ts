import type * as pulumi from "@pulumi/pulumi";
import type { HaproxyArgs } from "./haproxy";
import type { LogArgs } from "./logs";
import type { NginxArgs } from "./nginx";
import type { BalancingArgs, ListenerArgs, ListenOn, ProxyEngine } from "./proxy";
import type { TlsArgs } from "./tls";
import type { VirtualMachineArgs } from "./virtualMachine";
import type { VrrpArgs, VrrpState } from "./vrrp";

/**
 * Inputs of HaApiLoadBalancer.
 *
 * Whatever decides how many resources there are, or in which order they are made, is plain (the list of hosts, their
 * names, priorities and nodes); everything else may be an output of another resource.
 */
export interface HaApiLoadBalancerArgs {
    /**
     * The virtual IP address clients use, or a DNS name that resolves to it when the program runs, with or without the
     * prefix length of its network: 10.30.100.100/24, k3s1api.example.com/24. Default prefix length: 24.
     */
    vip: pulumi.Input<string>;
    /** The load-balancer hosts, most preferred first. At least two, unless allowSingleHost is set. */
    hosts: HostArgs[];
    /**
     * The kube-apiservers behind the VIP: IPv4 addresses, each with a port of its own if it differs from apiServerPort
     * (10.30.100.51:6444).
     */
    apiServers: pulumi.Input<pulumi.Input<string>[]>;
    /** Port of the API servers that do not name their own. Default: 6443. */
    apiServerPort?: pulumi.Input<number>;
    /** Port clients use on the VIP. Default: 6443. */
    port?: pulumi.Input<number>;
    /** Name servers asked for the VIP's name. Default: those of the machine that runs Pulumi, and its hosts file. */
    dnsServers?: pulumi.Input<pulumi.Input<string>[]>;
    /**
     * Addresses the proxy listens on: all of the host's, or the VIP only, which leaves an API server on the same
     * machine its port. Default: all.
     */
    listenOn?: pulumi.Input<ListenOn>;
    /** The proxy: nginx or haproxy. Default: nginx. */
    engine?: pulumi.Input<ProxyEngine>;
    /**
     * OSI layer the Kubernetes API is proxied at. 4: connections pass through, TLS is between client and API server. 7:
     * TLS ends at the load balancer (engine nginx only, and tls must be set). Default: 4.
     */
    layer?: pulumi.Input<number>;
    /** How connections to the Kubernetes API are spread over the API servers. */
    balancing?: BalancingArgs;
    /** Further services behind the VIP, each with a port and backends of its own. */
    listeners?: ListenerArgs[];
    /**
     * Certificate, in PEM format, of the authority that signed the API servers' certificates. Needed for layer 7;
     * HAProxy's health checks use it when it is given.
     */
    clusterCertificateAuthority?: pulumi.Input<string>;
    /** TLS at the load balancer, for layer 7. */
    tls?: TlsArgs;
    /** Logs of the proxy. */
    logs?: LogArgs;
    /** How the hosts are reached. */
    ssh: SshArgs;
    /** Settings shared by all hosts that are Proxmox VMs; each host's own virtualMachine settings come on top. */
    virtualMachines?: VirtualMachineArgs;
    /** VRRP settings. The defaults give a failover of about a third of a second. */
    vrrp?: VrrpArgs;
    /** nginx: where it comes from, and its own settings. */
    nginx?: NginxArgs;
    /** HAProxy's own settings. */
    haproxy?: HaproxyArgs;
    /**
     * A kubeconfig file of the cluster. The output kubeconfig is the same with the VIP as server. Treated as a secret.
     */
    kubeconfig?: pulumi.Input<string>;
    /**
     * At the end of every deployment look at all hosts and fail when something is not as it should be: the VIP on
     * exactly one host, daemons, configuration, ARP. Needs SSH from where Pulumi runs to the hosts, as the deployment
     * itself does. Default: true.
     */
    verify?: pulumi.Input<boolean>;
    /**
     * Any text, such as a date. When it changes, the next `pulumi up` puts files back that were edited by hand on the
     * hosts. Default: empty.
     */
    repairTrigger?: pulumi.Input<string>;
    /**
     * Any text of letters, digits and . _ : + -, such as a date. When it changes, the next `pulumi up` upgrades the
     * proxy, keepalived and what else it installed to the newest packages of the hosts' sources: one host after the
     * other, each drained first. Default: empty, no upgrade.
     */
    packageUpgradeTrigger?: pulumi.Input<string>;
    /**
     * Allow a single host, which is not highly available: for a first try, or while a second host is being made.
     * Default: false.
     */
    allowSingleHost?: pulumi.Input<boolean>;
}

/**
 * One load-balancer host: a Proxmox VM when virtualMachine is given (it may be empty), else a machine that already
 * exists.
 */
export interface HostArgs {
    /** Name of the host, also its hostname when it is a VM: lower-case letters, digits and hyphens. */
    name: string;
    /** IPv4 address of the host, in the VIP's network. A VM gets it as its static address. */
    address: pulumi.Input<string>;
    /**
     * VRRP priority, 1 to 255, distinct; the highest wins among hosts that stand for election together. 255 is meant
     * for the address's owner. Default: 254, 244, 234, ... in the order given.
     */
    priority?: number;
    /** State keepalived starts in: backup asks first, master takes the VIP at once and asks then. Default: backup. */
    initialState?: pulumi.Input<VrrpState>;
    /** Network interface that carries the VIP. Default: the interface that has the host's address. */
    interface?: pulumi.Input<string>;
    /**
     * The host's public SSH key, type and key: ssh-ed25519 AAAA... as in /etc/ssh/ssh_host_ed25519_key.pub. Default:
     * pinned when the host is first reached, then required.
     */
    hostKey?: pulumi.Input<string>;
    /** Makes this host a Proxmox VM. */
    virtualMachine?: VirtualMachineArgs;
}

/** SSH access, the same for all hosts. */
export interface SshArgs {
    /** Login user: root, or a user with sudo that asks for no password. VMs are made with this user. Default: ops. */
    user?: pulumi.Input<string>;
    /** Port of the SSH server. Default: 22. */
    port?: pulumi.Input<number>;
    /** Private key in OpenSSH or PEM format, without a passphrase. Treated as a secret. */
    privateKey: pulumi.Input<string>;
    /** Public keys that may log in to VMs made here, the private key's own among them. Needed when a host is a VM. */
    authorizedKeys?: pulumi.Input<pulumi.Input<string>[]>;
}
