/**
 * The guides' set-ups and kubeadm's recipe: their files as they print them, with placeholders for what is particular to
 * a site.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { LabInstance } from "../../../lab/instance";
import type { Release } from "../../../lab/release";
import { INTERFACE } from "../../../lab/hypervisor/seed";
import { enter } from "../../../lab/enter";
import type { Pair, Proxy, SetUp } from "./setUp";

interface GuideFile {
    /** Name of the template in the guide's folder. */
    template: string;
    path: string;
    /** Permissions as chmod takes them. Default: 0644. */
    mode?: string;
    owner?: string;
}

export interface Guide {
    name: string;
    title: string;
    proxy: Proxy;
    packages: string[];
    /** Run before the files are there. */
    before?: string;
    files: GuideFile[];
    /** Line added at the end of the package's nginx.conf. */
    include?: string;
    /** VRRP state and priority of the first and the second host. */
    hosts: [HostValues, HostValues];
    changes: string[];
}

interface HostValues {
    state: "MASTER" | "BACKUP";
    priority: number;
}

const NGINX = ["nginx", "libnginx-mod-stream", "keepalived"];
/**
 * What was there when they were written; keepalived of Debian 13 does not run the checks of those that have no script
 * security.
 */
const RELEASE: Release = "12";

/** What every one of them had to change, because it is a guide's example and not a secret of how it works. */
const SITE = "Addresses, the interface's name and the virtual router id are the lab's: all pairs share one network.";

export const guides: Guide[] = [
    {
        name: "guide-000",
        title: "guide 000: nginx, VRRP v2, check every 3 s",
        proxy: "nginx",
        packages: NGINX,
        // As the package of nginx.org makes it.
        before: "id nginx > /dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin nginx",
        files: [
            { template: "k3s1api.conf", path: "/etc/nginx/tcpconf.d/k3s1api.conf" },
            { template: "keepalived.conf", path: "/etc/keepalived/keepalived.conf" },
            { template: "check_nginx.sh", path: "/etc/keepalived/check_nginx.sh", mode: "0700", owner: "nginx:nginx" },
        ],
        include: "include /etc/nginx/tcpconf.d/*.conf;",
        hosts: [
            { state: "MASTER", priority: 255 },
            { state: "MASTER", priority: 250 },
        ],
        changes: [
            SITE,
            "nginx is Debian's package with its stream module, not nginx.org's; the user nginx, which that " +
                "package makes, is made by hand.",
        ],
    },
    {
        name: "guide-002",
        title: "guide 002: nginx, unicast, weight -20",
        proxy: "nginx",
        packages: [...NGINX, "psmisc"],
        files: [
            { template: "api.conf", path: "/etc/nginx/tcpconf.d/api.conf" },
            { template: "keepalived.conf", path: "/etc/keepalived/keepalived.conf" },
        ],
        include: "include /etc/nginx/tcpconf.d/*.conf;",
        hosts: [
            { state: "MASTER", priority: 100 },
            { state: "BACKUP", priority: 90 },
        ],
        changes: [
            SITE,
            "nginx is Debian's package and not a container; the guide prints no configuration for it, so it " +
                "has the least that forwards the port.",
            "psmisc is installed, because the check calls killall.",
        ],
    },
    {
        name: "guide-003",
        title: "guide 003: nginx, check stops keepalived",
        proxy: "nginx",
        packages: NGINX,
        files: [
            { template: "loadbalance.stream", path: "/etc/nginx/conf.d/loadbalance.stream" },
            { template: "keepalived.conf", path: "/etc/keepalived/keepalived.conf" },
            { template: "check_nginx.sh", path: "/bin/check_nginx.sh", mode: "0755" },
        ],
        include: "include /etc/nginx/conf.d/*.stream;",
        // The second host gets the same file with another state, so the same priority.
        hosts: [
            { state: "MASTER", priority: 110 },
            { state: "BACKUP", priority: 110 },
        ],
        changes: [
            SITE,
            "A third API server was added where the guide says to add as many as needed.",
            "nginx.conf includes the guide's file, which the guide leaves to the reader; the empty line " +
                "before #!/bin/sh was left out.",
        ],
    },
    {
        name: "guide-004",
        title: "guide 004: HAProxy, check every 3 s, fall 10",
        proxy: "haproxy",
        packages: ["haproxy", "keepalived", "curl"],
        files: [
            { template: "haproxy.cfg", path: "/etc/haproxy/haproxy.cfg" },
            { template: "keepalived.conf", path: "/etc/keepalived/keepalived.conf" },
            { template: "check_apiserver.sh", path: "/etc/keepalived/check_apiserver.sh" },
        ],
        // 150 less the distance from the VIP's last octet.
        hosts: [
            { state: "MASTER", priority: 149 },
            { state: "BACKUP", priority: 148 },
        ],
        changes: [
            SITE,
            "The pair stands in front of the API servers and not on them, and the guide's script was not " +
                "run: its files are here as it writes them.",
            '"mode tcp" was added to the backend: as printed it speaks HTTP behind a frontend that speaks ' +
                "TCP, and no TLS client gets an answer.",
        ],
    },
    {
        name: "kubeadm",
        title: "kubeadm's recipe: HAProxy, keepalived",
        proxy: "haproxy",
        packages: ["haproxy", "keepalived", "curl"],
        files: [
            { template: "haproxy.cfg", path: "/etc/haproxy/haproxy.cfg" },
            { template: "keepalived.conf", path: "/etc/keepalived/keepalived.conf" },
            { template: "check_apiserver.sh", path: "/etc/keepalived/check_apiserver.sh", mode: "0755" },
        ],
        hosts: [
            { state: "MASTER", priority: 101 },
            { state: "BACKUP", priority: 100 },
        ],
        changes: [
            SITE,
            "Every setting has the recipe's value (kubernetes/kubeadm, docs/ha-considerations.md, May 2026); " +
                "the files are written again, with other names and comments.",
            "It is the recipe's first option, services of the operating system, on machines of their own.",
        ],
    },
];

/** The guides' keepalived advertises every second: 3 s, and at most (256 - 90) / 256 s more. */
const MASTER_DOWN_MS = 3700;
/** Their checks come every 2 or 3 s, pass after one or two of them, and then the preferred host takes the VIP back. */
const REST_MS = 9000;

export function guideSetUp(guide: Guide): SetUp {
    return {
        name: guide.name,
        title: guide.title,
        proxy: guide.proxy,
        release: RELEASE,
        masterDownMs: MASTER_DOWN_MS,
        restMs: REST_MS,
        changes: guide.changes,
        recipe: (instance, pair) =>
            [0, 1].map((host) => installScript(instance, guide, pair, host as 0 | 1)).join("\n"),
        install: async (instance, pair) => {
            for (const host of [0, 1] as const)
                await enter(instance, pair.machines[host].id, installScript(instance, guide, pair, host));
        },
    };
}

/** The text of each file of the guide on one of the two hosts. */
export function guideFiles(
    instance: LabInstance,
    guide: Guide,
    pair: Pick<Pair, "vip" | "routerId" | "machines">,
    host: 0 | 1,
): { file: GuideFile; text: string }[] {
    const values: Record<string, string | number> = {
        interface: INTERFACE,
        vip: pair.vip,
        routerId: pair.routerId,
        own: pair.machines[host].address,
        peer: pair.machines[host === 0 ? 1 : 0].address,
        ...guide.hosts[host],
        ...Object.fromEntries(instance.apiServers.map(({ address }, index) => [`api${index + 1}`, address])),
    };
    return guide.files.map((file) => ({
        file,
        text: fill(readFileSync(join(__dirname, guide.name, file.template), "utf8"), values),
    }));
}

/** Replaces every `{{name}}`; one without a value is a mistake in the template. */
export function fill(template: string, values: Record<string, string | number>): string {
    return template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
        const value = values[name];
        if (value === undefined)
            throw new Error(`A template asks for ${name}; there are: ${Object.keys(values).join(", ")}.`);
        return String(value);
    });
}

function installScript(instance: LabInstance, guide: Guide, pair: Pair, host: 0 | 1): string {
    const files = guideFiles(instance, guide, pair, host).flatMap(({ file: { path, mode = "0644", owner }, text }) => [
        `mkdir -p "$(dirname ${path})"`,
        `cat > ${path} <<'END-OF-FILE'\n${text}END-OF-FILE`,
        `chmod ${mode} ${path}`,
        ...(owner === undefined ? [] : [`chown ${owner} ${path}`]),
    ]);
    return [
        "set -eu",
        "DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends " +
            `${guide.packages.join(" ")} > /var/log/bench-install.log 2>&1`,
        ...(guide.before === undefined ? [] : [guide.before]),
        ...files,
        ...(guide.include === undefined
            ? []
            : [
                  `grep -qxF '${guide.include}' /etc/nginx/nginx.conf || echo '${guide.include}' >> ` +
                      "/etc/nginx/nginx.conf",
              ]),
        `systemctl enable --quiet ${guide.proxy} keepalived`,
        // One after the other: a guide's check, asked before the proxy is there, may stop keepalived for good.
        `systemctl restart ${guide.proxy} && systemctl restart keepalived`,
    ].join("\n");
}
