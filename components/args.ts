import type * as pulumi from "@pulumi/pulumi";

/**
 * Inputs of HaApiLoadBalancer.
 *
 * Whatever decides how many resources there are, or in which order they are made, is plain (the list of hosts, their names, priorities and
 * nodes); everything else may be an output of another resource.
 */
export interface HaApiLoadBalancerArgs {
    /** The virtual IP address clients use, with or without the prefix length of its network: 10.30.100.100/24. Default prefix length: 24. */
    vip: pulumi.Input<string>;
    /** The load-balancer hosts, most preferred first. At least two, unless allowSingleHost is set. */
    hosts: HostArgs[];
    /** The kube-apiservers behind the VIP: IPv4 addresses, each with a port of its own if it differs from apiServerPort (10.30.100.51:6444). */
    apiServers: pulumi.Input<pulumi.Input<string>[]>;
    /** Port of the API servers that do not name their own. Default: 6443. */
    apiServerPort?: pulumi.Input<number>;
    /** Port clients use on the VIP. Default: 6443. */
    port?: pulumi.Input<number>;
    /** How the hosts are reached. */
    ssh: SshArgs;
    /** Settings shared by all hosts that are Proxmox VMs; each host's own virtualMachine settings come on top. */
    virtualMachines?: VirtualMachineArgs;
    /** VRRP settings. The defaults give a failover of about a third of a second. */
    vrrp?: VrrpArgs;
    /** nginx: where it comes from and how it proxies. */
    nginx?: NginxArgs;
    /** Allow a single host, which is not highly available: for a first try, or while a second host is being made. Default: false. */
    allowSingleHost?: pulumi.Input<boolean>;
}

/** One load-balancer host: a Proxmox VM when virtualMachine is given (it may be empty), else a machine that already exists. */
export interface HostArgs {
    /** Name of the host, also its hostname when it is a VM: lower-case letters, digits and hyphens. */
    name: string;
    /** IPv4 address of the host, in the VIP's network. A VM gets it as its static address. */
    address: pulumi.Input<string>;
    /** VRRP priority, 1 to 254, distinct; the highest wins among hosts that stand for election together. Default: 254, 244, 234, ... in the order given. */
    priority?: number;
    /** Network interface that carries the VIP. Default: the interface that has the host's address. */
    interface?: pulumi.Input<string>;
    /** The host's public SSH key, type and key: ssh-ed25519 AAAA... as in /etc/ssh/ssh_host_ed25519_key.pub. Default: pinned when the host is first reached, then required. */
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

/** A Proxmox virtual machine. Give either template or image. */
export interface VirtualMachineArgs {
    /** Proxmox node the VM is made on. Put hosts on different nodes to survive the loss of one. */
    node?: string;
    /** VM id, 100 to 999999999, unique in the cluster. Default: Proxmox chooses. Not allowed in the shared settings. */
    vmId?: pulumi.Input<number>;
    /** Clone this template. */
    template?: TemplateArgs;
    /** Import this cloud image. */
    image?: ImageArgs;
    /** CPU cores. Default: 2. */
    cores?: pulumi.Input<number>;
    /** CPU type as Proxmox names it. Default: x86-64-v2-AES. */
    cpuType?: pulumi.Input<string>;
    /** Memory in MiB. Default: 1024. */
    memory?: pulumi.Input<number>;
    /** Size of the system disk in GiB; not smaller than the template's or image's. Default: 8. */
    diskSize?: pulumi.Input<number>;
    /** Storage of the disk and of the cloud-init drive. Default: local-lvm. */
    datastore?: pulumi.Input<string>;
    /** Network bridge. Default: vmbr0. */
    bridge?: pulumi.Input<string>;
    /** VLAN tag, 1 to 4094. Default: untagged. */
    vlanId?: pulumi.Input<number>;
    /** Default gateway, in the VIP's network. */
    gateway?: pulumi.Input<string>;
    /** Addresses of the name servers. Default: what the template or Proxmox node says. */
    nameservers?: pulumi.Input<pulumi.Input<string>[]>;
    /** DNS search domain. */
    searchDomain?: pulumi.Input<string>;
    /** Tags shown in Proxmox, lower case. Default: ha-api. */
    tags?: pulumi.Input<pulumi.Input<string>[]>;
    /** The template or image has qemu-guest-agent: shut down cleanly and wait for the address. Default: true. */
    guestAgent?: pulumi.Input<boolean>;
}

/** A template VM to clone. */
export interface TemplateArgs {
    /** VM id of the template. */
    vmId: pulumi.Input<number>;
    /** Node the template is on. Default: the VM's own node. */
    node?: pulumi.Input<string>;
}

/** A cloud image, downloaded by Proxmox itself and checked against its checksum. */
export interface ImageArgs {
    /** Address of the image. Use one that never changes (a dated build, not latest). */
    url: pulumi.Input<string>;
    /** Checksum of the file, in hexadecimal. */
    checksum: pulumi.Input<string>;
    /** Checksum algorithm: sha256, sha512, ... Default: sha256. */
    checksumAlgorithm?: pulumi.Input<string>;
    /** Name the file gets; must end in .qcow2, .raw or .vmdk. Default: the last part of the address, with .img made .qcow2. */
    fileName?: pulumi.Input<string>;
    /** Storage with content type import that receives the file. Default: local. */
    datastore?: pulumi.Input<string>;
}

/** VRRP: which host holds the VIP, and how fast another one takes it. */
export interface VrrpArgs {
    /** Virtual router id, 1 to 255, unique on the network. Default: the last octet of the VIP. */
    routerId?: pulumi.Input<number>;
    /** Seconds between advertisements, 0.05 to 40. A dead holder is noticed after a little more than three of them. Default: 0.1. */
    advertisementInterval?: pulumi.Input<number>;
    /** Give the VIP back to the host with the higher priority when it returns, at the cost of one more move. Default: false. */
    preempt?: pulumi.Input<boolean>;
    /** Seconds between repeated gratuitous ARP announcements of the holder, so that no switch or neighbour stays wrong. 0: never. Default: 10. */
    gratuitousArpRefresh?: pulumi.Input<number>;
}

/** Where nginx comes from. */
export const NginxSource = {
    /** The package of the host's own distribution. */
    Distribution: "distribution",
    /** The packages of nginx.org, or of a mirror of it. */
    NginxOrg: "nginx.org",
} as const;
/** Where nginx comes from. */
export type NginxSource = (typeof NginxSource)[keyof typeof NginxSource];

/** Which packages of nginx.org. */
export const NginxChannel = {
    /** Only critical fixes. */
    Stable: "stable",
    /** Newest features and all fixes. */
    Mainline: "mainline",
} as const;
/** Which packages of nginx.org. */
export type NginxChannel = (typeof NginxChannel)[keyof typeof NginxChannel];

/** nginx: where it comes from and how it proxies. */
export interface NginxArgs {
    /** distribution or nginx.org. Default: distribution. */
    source?: pulumi.Input<NginxSource>;
    /** stable or mainline; only with source nginx.org. Default: stable. */
    channel?: pulumi.Input<NginxChannel>;
    /** Address of nginx.org or of a mirror that is laid out like it. Default: https://nginx.org. */
    repository?: pulumi.Input<string>;
    /** Fingerprints of exactly the keys the repository's key file must hold. Default: the three keys nginx.org publishes. */
    signingKeyFingerprints?: pulumi.Input<pulumi.Input<string>[]>;
    /** Seconds to wait for an API server to accept a connection before the next one is tried. Default: 1. */
    connectTimeout?: pulumi.Input<number>;
    /** Seconds a connection may be silent before it is closed. Watches are silent for minutes. Default: 3600. */
    idleTimeout?: pulumi.Input<number>;
    /** Connections each worker may hold, both sides counted. Default: 16384. */
    workerConnections?: pulumi.Input<number>;
    /** More directives for nginx's stream block, one a line, such as "allow 10.0.0.0/8;". Each host checks them before they are used. */
    extraConfiguration?: pulumi.Input<string>;
}
