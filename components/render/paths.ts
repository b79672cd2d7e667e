/** Where things are on a load-balancer host. */

/** Programs of ours. Root owns it, so keepalived's script security accepts them. */
export const LIBEXEC = "/usr/local/libexec/ha-api";
/** What we remember about the host: originals of replaced files, what was installed, the last good configuration. */
export const STATE = "/var/lib/ha-api";
/** Facts of this boot: whether the proxy runs, which VRRP state the host is in. */
export const RUN = "/run/ha-api";
/** Holds 0 while the proxy runs and 1 otherwise; keepalived watches it and goes to FAULT on 1. */
export const PROXY_DOWN = `${RUN}/proxy-down`;
/** Holds MASTER, BACKUP or FAULT, written by keepalived's notify script. */
export const VRRP_STATE = `${RUN}/vrrp-state`;

export const NGINX_CONF = "/etc/nginx/nginx.conf";
export const KEEPALIVED_CONF = "/etc/keepalived/keepalived.conf";

/** Stands for the interface that has the host's address, in files of hosts that name none; filled in on the host. */
export const INTERFACE_PLACEHOLDER = "@interface@";
/** Stands for the name of systemd-networkd's file for that interface; a file whose path needs it is left out where networkd does not manage it. */
export const NETWORK_FILE_PLACEHOLDER = "@network-file@";
