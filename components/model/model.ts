/**
 * The resolved model: everything the component does follows from it. Plain values, all validated, all defaults filled
 * in.
 */

export interface Model {
    vip: { address: string; prefixLength: number; /** The DNS name it was given as. */ name?: string };
    /** Front port of the Kubernetes API on the VIP. */
    port: number;
    apiServers: Endpoint[];
    engine: "nginx" | "haproxy";
    layer: 4 | 7;
    listenOn: "all" | "vip";
    /** The Kubernetes API first, then the further ones. */
    listeners: [ListenerModel, ...ListenerModel[]];
    /** PEM. */
    clusterCertificateAuthority?: string;
    /** As given; only used at layer 7 (see tlsInUse). */
    tls?: TlsModel;
    logs: { connectionFormat?: string; requestFormat?: string };
    /** In the order given: most preferred first. */
    hosts: HostModel[];
    ssh: { user: string; port: number; authorizedKeys: string[] };
    vrrp: VrrpModel;
    nginx: NginxModel;
    haproxy: HaproxyModel;
    /** Look at the hosts at the end of a deployment. */
    verify: boolean;
    /** Makes the configuration steps run again when it changes; empty: never asked for. */
    repairTrigger: string;
    /** Packages are upgraded when it changes; empty: never asked for. */
    packageUpgradeTrigger: string;
    /** Allowed, but not wise: for people, one sentence each. */
    warnings: string[];
}

/** One front port with its backends. */
export interface ListenerModel {
    /** "kube-api" is the Kubernetes API. */
    name: string;
    port: number;
    protocol: "tcp" | "udp";
    backends: Endpoint[];
    balancing: BalancingModel;
}

export interface BalancingModel {
    method: "leastConnections" | "roundRobin";
    /** 0: nginx itself leaves no backend out. */
    maxFails: number;
    /** Seconds, as all times here. */
    failTimeout: number;
    connectTimeout: number;
    idleTimeout: number;
    healthCheck: { path: string; interval: number; timeout: number; fall: number; rise: number };
}

/** What is public of the TLS settings; private keys take no part in the model. */
export interface TlsModel {
    minimumVersion: "1.2" | "1.3";
    /** Given certificate; absent when an issuer signs one. */
    certificate?: string;
    issuer?: { certificate: string; dnsNames: string[]; validityDays: number; renewalDays: number };
    clientCertificate?: string;
    clientCertificateAuthority?: string;
    apiServerName: string;
}

export interface Endpoint {
    address: string;
    port: number;
}

export interface HostModel {
    name: string;
    address: string;
    priority: number;
    initialState: "backup" | "master";
    /** Absent: the host finds the interface that has its address. */
    interface?: string;
    hostKey?: string;
    virtualMachine?: VirtualMachineModel;
}

export interface VirtualMachineModel {
    node: string;
    vmId?: number;
    source: { kind: "template"; vmId: number; node: string } | ({ kind: "image" } & ImageModel);
    cores: number;
    cpuType: string;
    /** MiB. */
    memory: number;
    /** GiB. */
    diskSize: number;
    /** Where the system disk is attached: scsi0, virtio0, ... */
    diskInterface: string;
    datastore: string;
    bridge: string;
    vlanId?: number;
    gateway: string;
    nameservers: string[];
    searchDomain?: string;
    tags: string[];
    guestAgent: boolean;
    upgradeOnFirstBoot: boolean;
}

export interface ImageModel {
    url: string;
    checksum: string;
    checksumAlgorithm: string;
    fileName: string;
    datastore: string;
}

export interface VrrpModel {
    routerId: number;
    /** Seconds. */
    advertisementInterval: number;
    preempt: boolean;
    /** Seconds; 0 is never. */
    gratuitousArpRefresh: number;
    version: 2 | 3;
    transport: "unicast" | "multicast";
    authentication: "none" | "password";
    trackProxy: boolean;
    switchover: "graceful" | "immediate";
    check: CheckModel;
    scriptUser: string;
}

export interface CheckModel {
    kind: "answer" | "process" | "api";
    /** Seconds. */
    interval: number;
    /** Seconds. */
    timeout: number;
    weight: number;
    fall: number;
    rise: number;
}

export interface NginxModel {
    source: { kind: "distribution" } | NginxOrgModel | ContainerModel;
    workerConnections: number;
    /** Lines for the stream block. */
    extraConfiguration: string[];
}

export interface ContainerModel {
    kind: "container";
    image: string;
    runtime: "podman" | "docker";
    user: string;
}

export interface HaproxyModel {
    maxConnections: number;
    /** Lines for the defaults section. */
    extraConfiguration: string[];
}

export interface NginxOrgModel {
    kind: "nginx.org";
    channel: "stable" | "mainline";
    /** Without a trailing slash. */
    repository: string;
    /** Upper-case hexadecimal, sorted. */
    fingerprints: string[];
}
