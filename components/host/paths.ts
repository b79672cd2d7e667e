/** Where things are on a load-balancer host. */

/** Programs of ours. Root owns it, so keepalived's script security accepts them. */
export const LIBEXEC = "/usr/local/libexec/ha-api";
/** systemd unit of keepalived, and its Debian package. */
export const KEEPALIVED = "keepalived";
/** Where it writes the number of its main process: one of these, by how it was built. */
export const KEEPALIVED_PIDS = ["/run/keepalived.pid", "/run/keepalived/keepalived.pid"];
/** systemd unit of BIRD, its user and its group. */
export const BIRD = "bird";
/** Has the VIP on the loopback interface, where it is announced by BGP. */
export const VIP_SERVICE = "ha-api-vip";
/** What we remember about the host: originals of replaced files, what was installed, the last good configuration. */
export const STATE = "/var/lib/ha-api";
/** Facts of this boot: whether the proxy runs, which VRRP state the host is in. */
export const RUN = "/run/ha-api";
/** Holds 0 while the proxy runs and 1 otherwise; keepalived watches it and goes to FAULT on 1. */
export const PROXY_DOWN = `${RUN}/proxy-down`;
/** Holds 1 while the proxy runs and does not answer, else 0; keepalived watches it too. */
export const PROXY_HUNG = `${RUN}/proxy-hung`;
/** What the watcher tells nginx about unhealthy servers; nothing while there are none. */
export const OVERRIDES = `${RUN}/nginx`;
/** A file for each VRRP instance, written by keepalived's notify script: MASTER, BACKUP or FAULT. */
export const VRRP_STATES = `${RUN}/vrrp`;

/**
 * A file for each VRRP instance where there are several: holds 1 while the host gives that one up, else 0; keepalived
 * watches it.
 */
export const LEAVING = `${RUN}/leaving`;

/** What the watcher did to the kernel for switchovers, for it to be undone. */
export const SWITCHOVER_RECORD = `${RUN}/switchover`;

/** What the watcher did to have the VIP announced, for it to be undone. */
export const ANNOUNCED_RECORD = `${RUN}/announced`;

/** What the watcher tells Prometheus, by way of node-exporter; the folder is that of Debian's package. */
export const METRICS = "/var/lib/prometheus/node-exporter/ha-api.prom";

/** What was deployed last, for the metrics to name; it is read by the watcher and changes nothing. */
export const DEPLOYED = "/etc/ha-api/deployed";

export const NGINX_CONF = "/etc/nginx/nginx.conf";
export const HAPROXY_CFG = "/etc/haproxy/haproxy.cfg";
export const BIRD_CONF = "/etc/bird/bird.conf";
export const KEEPALIVED_CONF = "/etc/keepalived/keepalived.conf";

/** Settings of the watcher. */
export const WATCHER_CONF = "/etc/ha-api/watcher.conf";
/** The servers of each upstream that the watcher checks, for it to leave some out. */
export const UPSTREAMS = "/etc/ha-api/upstreams";
/** Rules for packets of connections that began before a switchover. */
export const SWITCHOVER_RULES = "/etc/ha-api/switchover.nft";

const TLS = "/etc/ha-api/tls";
/** What the load balancer shows to clients, at layer 7. */
export const SERVER_CERTIFICATE = `${TLS}/server.crt`;
export const SERVER_KEY = `${TLS}/server.key`;
/** What the load balancer shows to API servers, at layer 7. */
export const CLIENT_CERTIFICATE = `${TLS}/client.crt`;
export const CLIENT_KEY = `${TLS}/client.key`;
/** Signed the API servers' certificates. */
export const CLUSTER_CERTIFICATE_AUTHORITY = `${TLS}/cluster-ca.crt`;
/** Signed the certificates users log in with. */
export const CLIENT_CERTIFICATE_AUTHORITY = `${TLS}/client-ca.crt`;

/** Lets the proxy listen on the VIP while another host holds it. */
export const NONLOCAL_BIND = "/etc/sysctl.d/60-ha-api.conf";

/** Stands for the interface that has the host's address, in files of hosts that name none; filled in on the host. */
export const INTERFACE_PLACEHOLDER = "@interface@";
/**
 * Stands for the name of systemd-networkd's file for that interface; a file whose path needs it is omitted where
 * networkd does not manage it.
 */
export const NETWORK_FILE_PLACEHOLDER = "@network-file@";
