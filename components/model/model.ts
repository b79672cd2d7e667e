/** The resolved model: everything the component does follows from it. Plain values, all validated, all defaults filled in. */

export interface Model {
    vip: { address: string; prefixLength: number };
    /** Front port on the VIP. */
    port: number;
    apiServers: Endpoint[];
    /** In the order given: most preferred first. */
    hosts: HostModel[];
    ssh: { user: string; port: number; authorizedKeys: string[] };
    vrrp: VrrpModel;
    nginx: NginxModel;
}

export interface Endpoint {
    address: string;
    port: number;
}

export interface HostModel {
    name: string;
    address: string;
    priority: number;
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
    datastore: string;
    bridge: string;
    vlanId?: number;
    gateway: string;
    nameservers: string[];
    searchDomain?: string;
    tags: string[];
    guestAgent: boolean;
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
}

export interface NginxModel {
    source: { kind: "distribution" } | NginxOrgModel;
    /** Seconds. */
    connectTimeout: number;
    /** Seconds. */
    idleTimeout: number;
    workerConnections: number;
    /** Lines for the stream block. */
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
