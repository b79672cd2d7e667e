import { CERTIFICATE } from "./samples";

const encoded = Buffer.from(CERTIFICATE).toString("base64");
/** Of a host in the middle of everything. */
export const LINES = [
    "inspection 3",
    "time 1795241957.942",
    "tool openssl",
    "interface host0",
    "vip 10.30.100.100 kube_api",
    "holds 10.30.100.100 02:1a:00:00:26:ad host0",
    "vrrp-state 10.30.100.100 1795241257.623 MASTER",
    "proxy-down 0",
    "virtual_router_id kube_api 100",
    "priority kube_api 244",
    "service nginx loaded active running 2 1795236678.842",
    "service keepalived masked inactive dead 0 0.000",
    "stopped nginx 611 612 ",
    "space / 412000 3014656 180000 196608",
    "space /run 50000 51200 0 0",
    "default-route gone",
    "firewall ufw",
    "firewall nftables, table inet filter",
    "answer e77c6a895a49",
    "package nginx 1.22.1-9+deb12u10",
    "managed",
    `file 644 ${"a".repeat(64)} /etc/nginx/nginx.conf`,
    "missing /etc/keepalived/keepalived.conf",
    "listener 10.30.100.100:6443 connected",
    "http 10.30.100.100:6443 401",
    `certificate 10.30.100.100:6443 ${encoded}`,
    "server 10.30.100.51:6443 connected",
    "server 10.30.100.52:6443 failed no answer within 1.5 s",
    "journal " +
        '{"__REALTIME_TIMESTAMP":"1795236679360143","_SOURCE_REALTIME_TIMESTAMP":"1795236679350143","MESSAGE":"(kube_api) ' +
        'Entering BACKUP STATE","_SYSTEMD_UNIT":"keepalived.service"}',
    "journal " +
        '{"__REALTIME_TIMESTAMP":"1795236679350144","MESSAGE":[72,105],"UNIT":"nginx.service","_SYSTEMD_UNIT":"init.scope"}',
    'journal {"__REALTIME_TIMESTAMP":"1795236679350145","MESSAGE":null}',
    "neighbour 10.30.100.100 02:1a:00:00:26:ae REACHABLE",
    "fact-of-a-later-version 1 2 3",
    "end",
];
