/**
 * The NoCloud data a machine's cloud-init reads, written as Proxmox VE writes its cloud-init drive: again at every
 * start.
 */
import { createHash } from "node:crypto";
import { stringify } from "yaml";
import { type CloudInit } from "./hypervisor";

/** The files of the NoCloud folder. */
export type Seed = Record<"meta-data" | "user-data" | "network-config", string>;

/** What the site's DHCP server or the PVE node would supply where the VM's configuration says nothing. */
export interface SiteDefaults {
    nameserver: string;
    searchDomain: string;
}

/** The name of every machine's one network interface. */
export const INTERFACE = "host0";

export function renderSeed(cloudInit: CloudInit, site: SiteDefaults): Seed {
    const userData = `#cloud-config\n${stringify(user(cloudInit, site), { lineWidth: 0 })}`;
    const networkConfig = stringify(network(cloudInit, site), { lineWidth: 0 });
    // As PVE does: the id is a hash of the data. cloud-init applies changed data at the next boot (and makes new SSH
    // host keys then), and otherwise leaves the machine alone.
    const instanceId = createHash("sha1").update(userData).update(networkConfig).digest("hex");
    return { "meta-data": `instance-id: ${instanceId}\n`, "user-data": userData, "network-config": networkConfig };
}

function user(
    { hostname, user, password, sshKeys, searchDomain, upgrade }: CloudInit,
    site: SiteDefaults,
): Record<string, unknown> {
    return {
        hostname,
        manage_etc_hosts: true,
        fqdn: `${hostname}.${searchDomain ?? site.searchDomain}`,
        ...(user === undefined ? {} : { user }),
        ...(user === "root" ? { disable_root: false } : {}),
        ...(password === undefined ? {} : { password }),
        ...(sshKeys.length === 0 ? {} : { ssh_authorized_keys: sshKeys }),
        chpasswd: { expire: false },
        users: ["default"],
        ...(upgrade === true ? { package_upgrade: true } : {}),
    };
}

function network(
    { address, gateway, address6, gateway6, nameservers, searchDomain }: CloudInit,
    site: SiteDefaults,
): Record<string, unknown> {
    const addresses = [address, address6].filter((each) => each !== undefined);
    const routes = [
        ...(gateway === undefined ? [] : [{ to: "default", via: gateway }]),
        ...(gateway6 === undefined ? [] : [{ to: "::/0", via: gateway6 }]),
    ];
    const link =
        addresses.length === 0
            ? {}
            : {
                  addresses,
                  ...(routes.length === 0 ? {} : { routes }),
                  nameservers: {
                      addresses: nameservers.length === 0 ? [site.nameserver] : nameservers,
                      search: [searchDomain ?? site.searchDomain],
                  },
              };
    // No router announces IPv6 routes on the lab's bridge, and networkd would wait 12 s for one to do so before it
    // calls the link ready.
    return { version: 2, ethernets: { [INTERFACE]: { ...link, "accept-ra": false } } };
}
