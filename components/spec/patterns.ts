/** Forms of text that several inputs have. */

/** A DNS name; what ends in digits is an address, or an attempt at one (RFC 1123, 2.1). */
export const DNS_NAME =
    /^(?=.{1,253}$)(?!(.*\.)?\d+$)[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;

/** A machine's own name. */
export const HOST_NAME = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;

/** A VIP beside the API's, and a service behind one: with hyphens or without a name of files and of nft's tables. */
export const SERVICE_NAME = /^[a-z]([a-z0-9-]{0,38}[a-z0-9])?$/;

/** A user of a Linux system. */
export const LINUX_USER = /^[a-z_][a-z0-9_-]{0,31}$/;

/** Nodes, storages, bridges and CPU types as Proxmox names them. */
export const PROXMOX_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** A public SSH key: type and key, and perhaps a comment. */
export const PUBLIC_KEY =
    /^(ssh-[a-z0-9-]+|ecdsa-sha2-[a-z0-9-]+|sk-[a-z0-9@.-]+) [A-Za-z0-9+/]{40,}={0,3}( [^\n]*)?\n?$/;

/** A MAC address of one machine: the first byte of a group's is odd. */
export const MAC_ADDRESS = /^[0-9A-Fa-f][02468ACEace](:[0-9A-Fa-f]{2}){5}$/;
