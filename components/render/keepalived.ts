/** keepalived: VRRP between the hosts, with the VIP following the local proxy. */
import { othersThan } from "../model/hostOf";
import type { HostModel, Model, VipModel } from "../model/model";
import { type Instance, instancesOf, priorityFor } from "../model/vips";
import { OWNER_PRIORITY } from "../model/vrrp";
import { Address } from "../text/address";
import { credentialPlaceholder, type ManagedFile } from "./file";
import { lines, type Lines, MANAGED } from "../text/lines";
import {
    INTERFACE_PLACEHOLDER,
    KEEPALIVED,
    KEEPALIVED_CONF,
    LEAVING,
    LIBEXEC,
    PROXY_DOWN,
    PROXY_HUNG,
} from "../host/paths";
import { proxyCheck } from "./proxyCheck";
import type { HostService } from "./service";
import { keepAddresses, keepalivedDropIn } from "./systemd";
import { engineOf } from "./engines";
import { CREDENTIALS } from "./tls";

export function keepalived(model: Model, host: HostModel): HostService {
    const configuration = keepalivedConfiguration(model, host);
    return {
        name: KEEPALIVED,
        packages: [KEEPALIVED, ...proxyCheck(model).packages],
        versions: [KEEPALIVED],
        files: [configuration, keepalivedDropIn(model, engineOf(model).service), keepAddresses()],
        credentials: [],
        configurationTest: keepalivedCheck,
        reloadOn: [configuration.path],
        restartOn: [],
        listens: [],
        ready: model.vips.map(({ instance, address }) => ({ kind: "vrrp", instance, address })),
        logs: [],
        // keepalived 2.3 writes it, for the tools of iproute2 to tell its addresses by.
        leftovers: [{ path: "/etc/iproute2/rt_addrprotos.d/keepalived.conf", unless: KEEPALIVED }],
    };
}

/**
 * Command that checks the configuration. Exit codes 4 (usable despite errors) and 5 (script security) count as
 * failures, as any but 0 does.
 */
export const keepalivedCheck = `${LIBEXEC}/check-keepalived {${KEEPALIVED_CONF}}`;

/** What all hosts of a VIP must have in common: one that has other settings takes itself for the only one. */
export function settingsInCommon(configuration: string): string[] {
    return configuration
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => /^(?:virtual_router_id|vrrp_version|auth_type|vrrp_check_unicast_src)\b/.test(line));
}

export function keepalivedConfiguration(model: Model, host: HostModel): ManagedFile {
    return {
        path: KEEPALIVED_CONF,
        mode: model.vrrp.authentication === "password" ? "0600" : "0644",
        content: renderKeepalived(model, host),
    };
}

function renderKeepalived(model: Model, host: HostModel): string {
    const { vrrp } = model;
    const check = proxyCheck(model);
    return lines(
        `# ${MANAGED}`,
        "global_defs {",
        [
            `router_id ${host.name}`,
            "enable_script_security",
            `script_user ${vrrp.scriptUser}`,
            `vrrp_version ${vrrp.version}`,
            // Only peers may speak VRRP to us, and only from their own address.
            vrrp.transport === "unicast" && "vrrp_check_unicast_src",
            "# The master that remains after a split-brain announces itself again: " +
                "neighbours must not stay with the other.",
            "vrrp_higher_prio_send_advert true",
            "vrrp_garp_master_delay 1",
            vrrp.gratuitousArpRefresh > 0 && `vrrp_garp_master_refresh ${vrrp.gratuitousArpRefresh}`,
        ],
        "}",
        "",
        ...(vrrp.trackProxy
            ? [
                  "# 1 as soon as systemd sees the proxy die: FAULT within milliseconds, no polling.",
                  "track_file proxy_down {",
                  [`file ${PROXY_DOWN}`, "weight 0"],
                  "}",
                  "# 1 while the watcher gets no answer from a proxy that runs.",
                  "track_file proxy_hung {",
                  [`file ${PROXY_HUNG}`, "weight 0"],
                  "}",
                  "",
              ]
            : []),
        `# ${check.meaning}`,
        `vrrp_script ${check.name} {`,
        [
            `script "${check.command}"`,
            `interval ${vrrp.check.interval}`,
            `timeout ${vrrp.check.timeout}`,
            `fall ${vrrp.check.fall}`,
            `rise ${vrrp.check.rise}`,
            vrrp.check.weight !== 0 && `weight ${vrrp.check.weight}`,
        ],
        "}",
        "",
        ...leavingFiles(model),
        ...instancesOf(model).flatMap((vips) => [
            `vrrp_instance ${vips[0].instance} {`,
            vrrpInstance(model, vips, host, check.name),
            "}",
        ]),
    );
}

/** Where there are several instances, each can be given up by itself. */
function leavingFiles(model: Model): Lines {
    const instances = instancesOf(model);
    if (instances.length === 1) return [];
    return [
        "# 1 while a switchover of that VIP alone is under way here.",
        ...instances.flatMap(([{ instance }]) => [
            `track_file ${leavingName(instance)} {`,
            [`file ${LEAVING}/${instance}`, "weight 0"],
            "}",
        ]),
        "",
    ];
}

const leavingName = (instance: string): string => `leaving_${instance}`;

/** Not where keepalived would not wait: it complains of a host that does not ask first. */
function preemption({ preempt, preemptDelay }: VipModel, state: string, priority: number): string[] {
    if (!preempt) return ["nopreempt"];
    const waits = preemptDelay > 0 && state === "BACKUP" && priority !== OWNER_PRIORITY;
    return waits ? [`preempt_delay ${preemptDelay}`] : [];
}

function vrrpInstance(model: Model, [vip, ...besides]: Instance, host: HostModel, check: string): Lines {
    const { vrrp } = model;
    const state = vip.label === undefined ? host.initialState.toUpperCase() : "BACKUP";
    const priority = priorityFor(model, vip, host);
    const tracked = [
        ...(vrrp.trackProxy ? ["proxy_down", "proxy_hung"] : []),
        ...(instancesOf(model).length > 1 ? [leavingName(vip.instance)] : []),
    ];
    const device = host.interface ?? INTERFACE_PLACEHOLDER;
    const peers = vrrp.transport === "unicast" ? othersThan(model, host) : [];
    return [
        // BACKUP unless configured otherwise: a host that comes up asks first, and the priority decides between hosts
        // that come up together.
        `state ${state}`,
        `interface ${device}`,
        `virtual_router_id ${vip.routerId}`,
        `priority ${priority}`,
        `advert_int ${vrrp.advertisementInterval}`,
        ...preemption(vip, state, priority),
        ...(vrrp.authentication === "password"
            ? [
                  "authentication {",
                  ["auth_type PASS", `auth_pass ${credentialPlaceholder(CREDENTIALS.vrrpPassword)}`],
                  "}",
              ]
            : []),
        ...(peers.length > 0
            ? [`unicast_src_ip ${host.address}`, "unicast_peer {", peers.map(({ address }) => address), "}"]
            : []),
        "virtual_ipaddress {",
        // Alone: with the prefix of a network it would be this host's first address there, and the source of its own
        // connections, wherever the host's own address has another prefix.
        [`${Address.of(vip.address).hostRoute} dev ${device}`],
        "}",
        // Of the other family: in the same instance, but in none of its advertisements, which can hold one family only.
        ...(besides.length > 0
            ? [
                  "virtual_ipaddress_excluded {",
                  besides.map(({ address }) => `${Address.of(address).hostRoute} dev ${device}`),
                  "}",
              ]
            : []),
        ...(tracked.length > 0 ? ["track_file {", tracked, "}"] : []),
        "track_script {",
        [check],
        "}",
        // It writes to a folder of root's, whichever user runs the check.
        `notify "${LIBEXEC}/vrrp-state" root`,
    ];
}
