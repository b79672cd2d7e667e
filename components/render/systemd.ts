/** systemd drop-ins: the daemons come back by themselves, and keepalived hears at once when the proxy does not run. */
import type { Model } from "../model/model";
import { instancesOf } from "../model/vips";
import type { ManagedFile } from "./file";
import { proxySandbox, vrrpSandbox } from "./sandbox";
import { lingerTime } from "./switchover";
import { familiesOf } from "../text/address";
import { lines, MANAGED } from "../text/lines";
import {
    LEAVING,
    BIRD,
    LIBEXEC,
    NETWORK_FILE_PLACEHOLDER,
    NONLOCAL_BIND,
    PROXY_DOWN,
    PROXY_HUNG,
    RUN,
    VRRP_STATES,
} from "../host/paths";

const DROP_IN = "50-ha-api.conf";

/** Moves the VIP away before the proxy stops accepting connections. After a crash there is nothing to wait for. */
export const leaveFirst = `/bin/sh -c 'if test -n "$$MAINPID"; then ${LIBEXEC}/switchover --stay; else echo 1 > ${PROXY_DOWN}; fi'`;

/**
 * The proxy's unit: restarted whenever it ends, its death written where keepalived watches.
 *
 * @param finish The signal on which it takes no new connections and ends when those it has are done.
 */
export function proxyDropIn(model: Model, service: string, finish: "SIGQUIT" | "SIGUSR1"): ManagedFile {
    return {
        path: `/etc/systemd/system/${service}.service.d/${DROP_IN}`,
        mode: "0644",
        content: lines(
            `# ${MANAGED}`,
            "[Unit]",
            // Debian's default gives up for good after five quick failures.
            "StartLimitIntervalSec=0",
            "",
            "[Service]",
            "Restart=always",
            "RestartSec=500ms",
            "LimitNOFILE=1048576",
            // With a plus outside of the sandbox, which systemd would have to make first.
            `ExecStartPost=+/bin/sh -c 'echo 0 > ${PROXY_DOWN}'`,
            "# In place of the package's own way to stop it.",
            "ExecStop=",
            `ExecStop=+${leaveFirst}`,
            `KillSignal=${finish}`,
            // Of each: giving the VIP up, and ending. At most three seconds until it has left, then those that the
            // program lingers.
            `TimeoutStopSec=${Math.ceil(lingerTime(model) + 4)}`,
            `ExecStopPost=+/bin/sh -c 'echo 1 > ${PROXY_DOWN}'`,
            ...proxySandbox(),
        ),
    };
}

/**
 * Above everything that is scheduled in the usual way, below the kernel's own threads for interrupts, most of which
 * have 50.
 */
export const REAL_TIME_PRIORITY = 49;

/** keepalived's unit: restarted whenever it ends; a state it left behind is not the state of the one that starts. */
export function keepalivedDropIn(model: Model, proxyService: string): ManagedFile {
    return {
        path: `/etc/systemd/system/keepalived.service.d/${DROP_IN}`,
        mode: "0644",
        content: lines(
            `# ${MANAGED}`,
            "[Unit]",
            `After=${proxyService}.service network-online.target`,
            "Wants=network-online.target",
            "StartLimitIntervalSec=0",
            "",
            "[Service]",
            "Restart=always",
            "RestartSec=100ms",
            `ExecStartPre=/bin/rm -f ${stateFiles(model).join(" ")}`,
            ...(familiesOf(model.vips)[0] === 6
                ? [
                      "# keepalived 2.2 cannot bind an IPv6 address that the host still looks for duplicates of, as " +
                          "for a second after the boot.",
                      "ExecStartPre=-/bin/sh -c 'for try in $$(seq 50); do test -n " +
                          `"$$(ip -6 -oneline address show tentative)" || break; sleep 0.1; done'`,
                  ]
                : []),
            "# Its VRRP process comes before all else that waits for a processor: an advertisement that " +
                "comes late is a failover. Not by",
            "# vrrp_rt_priority: after a reload that leaves it no time to compute at all, and the kernel " +
                "kills it (keepalived 2.2.7).",
            "ExecStartPost=-/bin/sh -c 'for try in 1 2 3 4 5 6 7 8 9 10; do children=$$(cat " +
                `/proc/$$MAINPID/task/$$MAINPID/children); test -z "$$children" || break; sleep 0.1; done; for ` +
                `child in $$children; do chrt --reset-on-fork --rr --pid ${REAL_TIME_PRIORITY} $$child; done'`,
            "# The proxy stays until the neighbours know the new master, also when the host shuts down.",
            `ExecStop=/bin/sh -c 'test -z "$$MAINPID" || { kill "$$MAINPID"; sleep ${lingerTime(model)}; }'`,
            ...vrrpSandbox(),
        ),
    };
}

const stateFiles = ({ vips }: Model): string[] => [
    ...new Set(vips.map(({ instance }) => `${VRRP_STATES}/${instance}`)),
];

/** Where there are several instances: a host gives one up by itself when its file says 1. */
function leavingFiles(model: Model): string[] {
    const instances = instancesOf(model);
    if (instances.length === 1) return [];
    return [
        `d ${LEAVING} 0755 root root`,
        ...instances.map(([{ instance }]) => `f ${LEAVING}/${instance} 0644 root root - 0`),
    ];
}

/** BIRD's unit: restarted whenever it ends, and there until the proxy has stopped. */
export function birdDropIn(proxyService: string): ManagedFile {
    return {
        path: `/etc/systemd/system/${BIRD}.service.d/${DROP_IN}`,
        mode: "0644",
        content: lines(
            `# ${MANAGED}`,
            "[Unit]",
            "After=network-online.target",
            "Wants=network-online.target",
            "# So it stops after it: the routers hear of a withdrawal while the proxy still serves.",
            `Before=${proxyService}.service`,
            "StartLimitIntervalSec=0",
            "",
            "[Service]",
            "Restart=always",
            "RestartSec=100ms",
            "# In place of the package's own: it comes before all else that waits for a processor, since with " +
                "BFD what comes late is a dead host.",
            "# While it is still root's: in containers nobody may do that to another user's process.",
            "ExecStart=",
            `ExecStart=/bin/sh -c 'chrt --rr --pid ${REAL_TIME_PRIORITY} $$$$; exec /usr/sbin/bird -f ` +
                "-u $$BIRD_RUN_USER -g $$BIRD_RUN_GROUP $$BIRD_ARGS'",
            ...vrrpSandbox(),
        ),
    };
}

/** Where keepalived's notifications are kept. */
function stateFolders(model: Model): string[] {
    return [
        `d ${VRRP_STATES} 0755 root root`,
        ...leavingFiles(model),
        "# Where version 0.1.0 looks for the state, should one go back to it.",
        `L ${RUN}/vrrp-state - - - - ${VRRP_STATES}/${model.vips[0].instance}`,
    ];
}

/** The run-time folder exists, and says "proxy down", before any of the daemons starts. */
export function runtimeFolder(model: Model): ManagedFile {
    return {
        path: "/etc/tmpfiles.d/ha-api.conf",
        mode: "0644",
        content: lines(
            `# ${MANAGED}`,
            `d ${RUN} 0755 root root`,
            ...(model.announcement === "bgp" ? [] : stateFolders(model)),
            `f ${PROXY_DOWN} 0644 root root - 1`,
            `f ${PROXY_HUNG} 0644 root root - 0`,
        ),
    };
}

/** A restart or upgrade of systemd-networkd must not take the VIP away (keepalived issues 836, 1385, 2479). */
export function keepAddresses(): ManagedFile {
    return {
        path: `/etc/systemd/network/${NETWORK_FILE_PLACEHOLDER}.d/${DROP_IN}`,
        mode: "0644",
        content: lines(`# ${MANAGED}`, "[Network]", "KeepConfiguration=static"),
    };
}

/**
 * What the kernel is told: a proxy that listens on the VIP only must be able to while another host holds it; so must
 * keepalived use the host's own address while networkd has taken that away, with the cable: 2.2 stays in FAULT for ever
 * where it was refused once (decision 0045). A VIP on the loopback interface is never asked for or announced by ARP.
 */
export function kernelSettings({ announcement, listenOn, vips, vrrp }: Model): ManagedFile[] {
    const families = familiesOf(vips);
    const unicast = announcement === "vrrp" && vrrp.transport === "unicast";
    const settings = [
        ...(listenOn === "vip" || unicast ? families.map((family) => `net.ipv${family}.ip_nonlocal_bind = 1`) : []),
        ...(announcement === "bgp" && families.includes(4)
            ? ["net.ipv4.conf.all.arp_ignore = 1", "net.ipv4.conf.all.arp_announce = 2"]
            : []),
    ];
    if (settings.length === 0) return [];
    return [{ path: NONLOCAL_BIND, mode: "0644", content: lines(`# ${MANAGED}`, ...settings) }];
}
