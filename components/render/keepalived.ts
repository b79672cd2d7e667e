/** keepalived: VRRP version 3 between the hosts, unicast, with the VIP following the local proxy. */
import type { HostModel, Model } from "../model/model";
import { STATUS_PORT } from "../model/ports";
import type { ManagedFile } from "./file";
import { lines, MANAGED } from "./lines";
import { INTERFACE_PLACEHOLDER, KEEPALIVED_CONF, LIBEXEC, PROXY_DOWN } from "./paths";

/** Command that checks the configuration. Exit codes 4 (usable despite errors) and 5 (script security) count as failures, as any but 0 does. */
export const keepalivedCheck = `keepalived --config-test --use-file {${KEEPALIVED_CONF}}`;

export function keepalivedConfiguration(model: Model, host: HostModel): ManagedFile {
    return { path: KEEPALIVED_CONF, mode: "0644", content: renderKeepalived(model, host) };
}

function renderKeepalived(model: Model, host: HostModel): string {
    const { vrrp, vip } = model;
    const device = host.interface ?? INTERFACE_PLACEHOLDER;
    const peers = model.hosts.filter(({ name }) => name !== host.name);
    return lines(
        `# ${MANAGED}`,
        "global_defs {",
        [
            `router_id ${host.name}`,
            "enable_script_security",
            // Our scripts are root's own, in a folder only root can write to. An unprivileged user would be one more safeguard, but the
            // checker of 2.2.7 (Debian 12) then ends by SIGTERM without a word, and an unchecked file would be the worse risk.
            "script_user root",
            "vrrp_version 3",
            // Only peers may speak VRRP to us, and only from their own address.
            "vrrp_check_unicast_src",
            "# Whoever ends a short double hold says so again: neighbours must not stay with the wrong one.",
            "vrrp_higher_prio_send_advert true",
            "vrrp_garp_master_delay 1",
            vrrp.gratuitousArpRefresh > 0 && `vrrp_garp_master_refresh ${vrrp.gratuitousArpRefresh}`,
        ],
        "}",
        "",
        "# 1 as soon as systemd sees the proxy die: FAULT within milliseconds, no polling.",
        "track_file proxy_down {",
        [`file ${PROXY_DOWN}`, "weight 0"],
        "}",
        "",
        "# A proxy that runs but does not answer.",
        "vrrp_script proxy_answers {",
        [`script "${LIBEXEC}/proxy-answers ${STATUS_PORT}"`, "interval 1", "timeout 1", "fall 2", "rise 1"],
        "}",
        "",
        "vrrp_instance kube_api {",
        [
            // Never MASTER: whoever comes up asks first, and the priority decides between those who come up together.
            "state BACKUP",
            `interface ${device}`,
            `virtual_router_id ${vrrp.routerId}`,
            `priority ${host.priority}`,
            `advert_int ${vrrp.advertisementInterval}`,
            !vrrp.preempt && "nopreempt",
            ...(peers.length > 0 ? [`unicast_src_ip ${host.address}`, "unicast_peer {", peers.map(({ address }) => address), "}"] : []),
            "virtual_ipaddress {",
            [`${vip.address}/${vip.prefixLength} dev ${device}`],
            "}",
            "track_file {",
            ["proxy_down"],
            "}",
            "track_script {",
            ["proxy_answers"],
            "}",
            `notify "${LIBEXEC}/vrrp-state"`,
        ],
        "}",
    );
}
