import type * as pulumi from "@pulumi/pulumi";
import {
    boolean,
    certificates,
    choice,
    group,
    integer,
    list,
    oneOfNumbers,
    parsed,
    plain,
    port,
    secret,
    text,
} from "../spec/kinds";
import { HOST_NAME, LINUX_USER, PUBLIC_KEY } from "../spec/patterns";
import { wrongKubeconfig, wrongPrivateKey } from "../spec/secretForms";
import type { SpecOf } from "../spec/types";
import { Announcement, type BgpArgs, bgpSpec } from "./bgp";
import { type HaproxyArgs, haproxySpec } from "./haproxy";
import { type LogArgs, logSpec } from "./logs";
import { type MetricsArgs, metricsSpec } from "./metrics";
import { type NginxArgs, nginxSpec } from "./nginx";
import { type BalancingArgs, balancingSpec, type ListenerArgs, listenerSpec, ListenOn, ProxyEngine } from "./proxy";
import { type TlsArgs, tlsSpec } from "./tls";
import { type VipArgs, vipSpec } from "./vips";
import { type VirtualMachineArgs, virtualMachineSpec } from "./virtualMachine";
import { type VrrpArgs, VrrpState, vrrpSpec } from "./vrrp";

/**
 * Inputs of HaApiLoadBalancer.
 *
 * Whatever decides how many resources there are, or in which order they are made, is plain (the list of hosts, their
 * names, priorities and nodes); everything else may be an output of another resource.
 */
export interface HaApiLoadBalancerArgs {
    /**
     * The virtual IP address clients use, or a DNS name that resolves to it when the program runs, with or without the
     * prefix length of its network: 10.30.100.100/24, 2001:db8::110/64, k3s1api.example.com/24. Of a name with
     * addresses of both families it is the IPv4 one. The master adds it as /32, or /128, so that it is never the source
     * of its own connections. Default prefix length: 24, with IPv6 64. With announcement bgp it is in no host's
     * network, and its prefix length is 32, or 128.
     */
    vip: pulumi.Input<string>;
    /**
     * IPv6 address beside an IPv4 vip, for dual stack: 2001:db8::110/64. Both are always on the same host, and move
     * together. Every host then has an address6. Default prefix length: 64. Default: none.
     */
    vip6?: pulumi.Input<string>;
    /**
     * Further VIPs of the same hosts, for other services than the Kubernetes API: each moves by itself, and may prefer
     * another host. vip stays the API's.
     */
    vips?: VipArgs[];
    /** The load-balancer hosts, most preferred first. At least two, unless allowSingleHost is set. */
    hosts: HostArgs[];
    /**
     * The kube-apiservers behind the VIP: IP addresses, each with a port of its own if it differs from apiServerPort
     * (10.30.100.51:6444, [2001:db8::51]:6444).
     */
    apiServers: pulumi.Input<pulumi.Input<string>[]>;
    /** Port of the API servers that do not name their own. Default: 6443. */
    apiServerPort?: pulumi.Input<number>;
    /** Port clients use on the VIP. Default: 6443. */
    port?: pulumi.Input<number>;
    /** Name servers asked for the VIP's name. Default: those of the machine that runs Pulumi, and its hosts file. */
    dnsServers?: pulumi.Input<pulumi.Input<string>[]>;
    /**
     * The networks and addresses that clients may connect from: 10.30.0.0/16, 2001:db8::/32. The load-balancer hosts
     * may at all times; API servers, and nodes and pods whose clients use the VIP, are clients like any other. Whoever
     * else connects is disconnected at once, and at layer 7 answered 403. Default: everywhere.
     */
    allowedClients?: pulumi.Input<pulumi.Input<string>[]>;
    /**
     * Addresses the proxy listens on: all of the host's, or the VIP only, which leaves an API server on the same
     * machine its port. Default: all.
     */
    listenOn?: pulumi.Input<ListenOn>;
    /** The proxy: nginx or haproxy. Default: nginx. */
    engine?: pulumi.Input<ProxyEngine>;
    /**
     * OSI layer the Kubernetes API is proxied at. 4: connections pass through, TLS is between client and API server. 7:
     * TLS is terminated at the load balancer (engine nginx only, and tls must be set). Default: 4.
     */
    layer?: pulumi.Input<number>;
    /** How connections to the Kubernetes API are spread over the API servers. */
    balancing?: BalancingArgs;
    /** Further services behind the VIP, each with a port and backends of its own. */
    listeners?: ListenerArgs[];
    /**
     * Certificate, in PEM format, of the authority that signed the API servers' certificates. Needed for layer 7.
     * Given, health checks verify the API servers too, for the name kubernetes (at layer 7 tls.apiServerName), and a
     * server that fails this is ejected. Default: not verified.
     */
    clusterCertificateAuthority?: pulumi.Input<string>;
    /** TLS at the load balancer, for layer 7. */
    tls?: TlsArgs;
    /** Logs of the proxy. */
    logs?: LogArgs;
    /** Metrics of the hosts, for Prometheus. */
    metrics?: MetricsArgs;
    /** How the hosts are reached. */
    ssh: SshArgs;
    /** Settings shared by all hosts that are Proxmox VMs; each host's own virtualMachine settings come on top. */
    virtualMachines?: VirtualMachineArgs;
    /**
     * How clients find the hosts. vrrp: one host at a time holds the VIP, which is in the hosts' own network. bgp: all
     * hosts serve the VIP at once, by way of routers that spread connections over them. Default: vrrp.
     */
    announcement?: pulumi.Input<Announcement>;
    /** BGP settings, for announcement bgp. */
    bgp?: BgpArgs;
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
     * At the end of every deployment, inspect all hosts and fail when something is not as it should be: the VIP on
     * exactly one host, daemons, configuration, ARP. Needs SSH from where Pulumi runs to the hosts, as the deployment
     * itself does. Default: true.
     */
    verify?: pulumi.Input<boolean>;
    /**
     * Any text, such as a date. When it changes, the next `pulumi up` puts files back that were edited by hand on the
     * hosts. Default: none.
     */
    repairTrigger?: pulumi.Input<string>;
    /**
     * Any text of letters, digits and . _ : + -, such as a date. When it changes, the next `pulumi up` upgrades the
     * proxy, keepalived and what else it installed to the newest packages of the hosts' sources: one host after the
     * other, each drained first. Default: none.
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
    /** IP address of the host, in the VIP's network. A VM gets it as its static address. */
    address: pulumi.Input<string>;
    /**
     * IPv6 address of the host beside its IPv4 address, in the network of vip6. A VM gets it as its static address.
     * Required with vip6, and where API servers have IPv6 addresses. Default: none.
     */
    address6?: pulumi.Input<string>;
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
     * The host's public SSH key, type and key, without a host name before it: ssh-ed25519 AAAA... as in
     * /etc/ssh/ssh_host_ed25519_key.pub. Default: pinned when the host is first reached, then required.
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

/** The comment at the end of a public key has no effect, and would only make differences. */
const withoutComment = (line: string): string => line.trim().split(" ").slice(0, 2).join(" ");

const PUBLIC_KEY_IN_WORDS = 'a public key such as "ssh-ed25519 AAAA..."';

/** Limits and defaults of SshArgs. */
export const sshSpec = {
    user: text(LINUX_USER, "a Linux user name", { default: "ops" }),
    port: port({ default: 22 }),
    privateKey: secret("a private key in OpenSSH or PEM format", wrongPrivateKey),
    authorizedKeys: list(text(PUBLIC_KEY, PUBLIC_KEY_IN_WORDS, { tidy: withoutComment }), {
        default: [],
        also: "required with VMs",
    }),
} satisfies SpecOf<SshArgs>;

/** Limits and defaults of HostArgs. */
export const hostSpec = {
    name: plain(
        text(HOST_NAME, "a host name of lower-case letters, digits and hyphens, such as vrrp1", { also: "distinct" }),
    ),
    address: parsed("an IP address of the VIP's family", {
        also:
            "distinct; not the VIP; an API server's only with listenOn: vip or another port, and not where that " +
            "has port 6441 or 6442",
    }),
    address6: parsed("an IPv6 address", {
        absent: "none",
        also: "beside an IPv4 address only; required with vip6; distinct; not the VIP",
    }),
    priority: plain(
        integer(1, 255, {
            derived: "254, 244, 234, ... in the order given",
            also: "255 only with vrrp.preempt; distinct",
        }),
    ),
    initialState: choice(VrrpState, { default: "backup", also: "with vrrp.preempt also master" }),
    interface: text(
        /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}$/,
        "the name of a network interface, such as ens18 (of what `ip link` shows, the part before an @)",
        { absent: "the interface that has the host's address" },
    ),
    hostKey: text(PUBLIC_KEY, PUBLIC_KEY_IN_WORDS, {
        absent: "pinned when the host is first reached, then required",
        tidy: withoutComment,
    }),
    virtualMachine: group(virtualMachineSpec, {
        absent: "a machine that exists already",
        empty: "takes all from virtualMachines",
    }),
} satisfies SpecOf<HostArgs>;

/** Limits and defaults of HaApiLoadBalancerArgs: every input there is follows from here. */
export const loadBalancerSpec = {
    vip: parsed("an IP address or the name of one, with a prefix length: from 8 to 30, with IPv6 from 32 to 126", {
        also: "with announcement bgp 32, with IPv6 128, and in no host's network",
    }),
    vip6: parsed("an IPv6 address, with a prefix length from 32 to 126", {
        absent: "none",
        also: "beside an IPv4 vip only; with announcement bgp 128",
    }),
    vips: list(group(vipSpec, { required: true }), {
        default: [],
        also: "with announcement vrrp only",
        see: "#several-vips",
    }),
    hosts: list(group(hostSpec, { required: true }), { also: "2 to 20; 1 with allowSingleHost" }),
    apiServers: list(parsed("an IP address, with a port if it has its own"), {
        also: "at least one; distinct; not the VIP, nor an edge of its network; of a family that the hosts have",
    }),
    apiServerPort: port({ default: 6443 }),
    port: port({ default: 6443, also: "not 6441, 6442 or ssh.port" }),
    dnsServers: list(parsed("an IP address, with a port if it is not 53"), {
        absent: "those of the machine that runs Pulumi, and its hosts file",
    }),
    allowedClients: list(parsed("an IP network or address"), {
        absent: "everywhere",
        also: "at least one; a network by its own address, not one within it",
        see: "security.md#who-may-connect",
    }),
    listenOn: choice(ListenOn, { default: "all" }),
    engine: choice(ProxyEngine, { default: "nginx" }),
    layer: oneOfNumbers([4, 7], { default: 4, also: "7 only with engine nginx", see: "#tls-at-the-load-balancer" }),
    balancing: group(balancingSpec),
    listeners: list(group(listenerSpec, { required: true }), { default: [] }),
    clusterCertificateAuthority: certificates({ absent: "not verified", also: "required with layer 7" }),
    tls: group(tlsSpec, { absent: "none" }),
    logs: group(logSpec),
    metrics: group(metricsSpec),
    ssh: group(sshSpec, { required: true }),
    virtualMachines: group(virtualMachineSpec),
    announcement: choice(Announcement, { default: "vrrp", see: "bgp.md" }),
    bgp: group(bgpSpec, { absent: "none" }),
    vrrp: group(vrrpSpec),
    nginx: group(nginxSpec),
    haproxy: group(haproxySpec),
    kubeconfig: secret("the text of a kubeconfig file", wrongKubeconfig, { absent: "none" }),
    verify: boolean({ default: true }),
    repairTrigger: text(/^[ -~]{0,60}$/, "a text of at most 60 characters of ASCII, such as a date", { default: "" }),
    packageUpgradeTrigger: text(
        /^[A-Za-z0-9._:+-]{0,60}$/,
        "a text of at most 60 letters, digits and . _ : + -, such as a date",
        { default: "" },
    ),
    allowSingleHost: boolean({ default: false }),
} satisfies SpecOf<HaApiLoadBalancerArgs>;
