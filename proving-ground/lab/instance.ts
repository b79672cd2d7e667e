/**
 * One lab on this machine: its folder, its network and the addresses everybody in it has.
 *
 * Instances can run side by side: `dev` is what `npm run lab` shows, `test` and `test2` are what the tests build and
 * tear down, so that running the tests never disturbs a lab in use; `bench` is for `npm run bench`; `try` and its like
 * are for trying things out, several at once.
 */
import { join } from "node:path";
import { LAB_FOLDER } from "../../shared/labFolder";
import { UserError } from "../../tools/run";
import type { Version } from "./proxmox/access/privileges";
import type { Release } from "./release";

/** What everything else in lab/ needs to know about an instance. */
export interface LabInstance {
    name: string;
    /** Everything the instance writes is in here; removing it (after `lab down`) leaves nothing behind. */
    directory: string;
    /**
     * The bridge that all machines are attached to. Its name, shortened by the kernel's limit of 15 characters, marks
     * what is ours.
     */
    bridge: string;
    /** The nftables table that lets machines reach package mirrors. */
    nftTable: string;
    /** First three octets of the instance's /24. */
    subnet: string;
    /** First four groups of the instance's /64, of unique local addresses; who has .101 there has ::101 here. */
    subnet6: string;
    /** This machine's address on the bridge: gateway, name server and Proxmox API of the lab. */
    gateway: string;
    /** Domain of the lab's own names: `k3s1api.lab.internal`, `vrrp1.lab.internal`, ... */
    domain: string;
    /** The API servers, stand-ins or real ones. */
    apiServers: { name: string; address: string }[];
    /** Network namespace and address of the client that measures and puts load on the VIP. */
    client: { namespace: string; address: string };
    /** Addresses that load balancers hold for the API servers; the API servers' certificates are good for them. */
    vips: string[];
    /** Port of the Proxmox API on the gateway address. */
    proxmoxPort: number;
    /**
     * The Debian release asked for; undefined: the one it was made with, else the default. What it really runs says
     * `releaseOf`.
     */
    release?: Release;
    /**
     * The release of Proxmox VE asked for; undefined: the one that is played, else the default. What is played says
     * `proxmoxVersionOf`.
     */
    proxmox?: Version;
}

/**
 * Addresses by convention: .1 gateway, .10-.19 existing machines, .51-.53 API servers, .60 etcd, .61 a Kubernetes
 * worker, .100 VIP, .101-.149 load-balancer hosts, .150-.197 pairs that are compared with each other (VIP, first and
 * second host of each, so .150-.152 is the first pair), .200 client.
 */
const NAMES = ["dev", "test", "try", "try2", "try3", "try4", "bench", "try5", "try6", "try7", "try8", "test2"];

/** A /24 for each, by its place in the list: a new name goes at the end, so that running labs keep theirs. */
const SUBNETS: Record<string, string> = Object.fromEntries(NAMES.map((name, index) => [name, `10.77.${index}`]));

/** How many pairs of hosts there is room for, each with a VIP of its own. */
export const PAIRS = 16;

/** Addresses of the n-th of the pairs that are compared with each other, counted from 0. */
export function pairAddresses(
    { subnet }: Pick<LabInstance, "subnet">,
    n: number,
): { vip: string; hosts: [string, string] } {
    const octet = 150 + 3 * n;
    return { vip: `${subnet}.${octet}`, hosts: [`${subnet}.${octet + 1}`, `${subnet}.${octet + 2}`] };
}

/** The IPv6 address that goes with an IPv4 one of the instance. */
export function address6Of({ subnet6 }: Pick<LabInstance, "subnet6">, address: string): string {
    return `${subnet6}::${address.split(".").at(-1)!}`;
}

/** How bridges of labs are recognised. */
export const BRIDGE_PREFIX = "halab-";

/**
 * The instance of that name. `release` is for the process that starts it; other processes find out with `releaseOf`.
 */
export function labInstance(name: string, release?: Release): LabInstance {
    const subnet = SUBNETS[name];
    if (subnet === undefined) {
        throw new UserError(`There is no lab instance "${name}"; there are: ${Object.keys(SUBNETS).join(", ")}.`);
    }
    return {
        name,
        directory: join(LAB_FOLDER, name),
        bridge: `${BRIDGE_PREFIX}${name}`,
        nftTable: `halab_${name}`,
        subnet,
        subnet6: `fd77:0:0:${Number(subnet.split(".")[2]) + 1}`,
        gateway: `${subnet}.1`,
        domain: "lab.internal",
        apiServers: [51, 52, 53].map((octet, index) => ({ name: `api${index + 1}`, address: `${subnet}.${octet}` })),
        client: { namespace: `halab-${name}-client`, address: `${subnet}.200` },
        vips: [`${subnet}.100`, ...Array.from({ length: PAIRS }, (_, n) => pairAddresses({ subnet }, n).vip)],
        proxmoxPort: 8006,
        ...(release === undefined ? {} : { release }),
    };
}

/** Names of all instances, for clean-up. */
export const labInstanceNames = Object.keys(SUBNETS);
