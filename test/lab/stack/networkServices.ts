/**
 * Machines whose network is not systemd-networkd's under the name that the lab gives it: by ifupdown, NetworkManager or
 * netplan, and on another interface.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { instance } from "../machines/support";
import { onHost } from "./support";

/** With ifupdown, on a bridge as machines have it that run VMs or containers of their own. */
export async function useIfupdown(host: string): Promise<void> {
    await install(host, "ifupdown bridge-utils");
    await change(
        host,
        `cat > /etc/network/interfaces <<END
auto lo
iface lo inet loopback
auto br0
iface br0 inet static
    address ${host}/24
    gateway ${instance.gateway}
    bridge_ports host0
    bridge_stp off
    bridge_fd 0
END
${WITHOUT_NETWORKD}
ip address flush dev host0
systemctl enable networking
systemctl restart networking`,
    );
}

export async function useNetworkManager(host: string): Promise<void> {
    await install(host, "network-manager");
    const profile = "/etc/NetworkManager/system-connections/lan.nmconnection";
    await change(
        host,
        `cat > ${profile} <<END
[connection]
id=lan
type=ethernet
interface-name=host0
[ipv4]
method=manual
address1=${host}/24,${instance.gateway}
dns=${instance.gateway}
[ipv6]
method=disabled
END
chmod 0600 ${profile}
${WITHOUT_NETWORKD}
systemctl restart NetworkManager
nmcli --wait 20 connection up lan`,
    );
}

/**
 * With netplan, on an interface of this name. What netplan asks of udev is answered without it, which does not run in
 * the lab's machines.
 */
export async function useNetplan(host: string, name: string): Promise<void> {
    await change(
        host,
        `printf '#!/bin/sh\\n' > /usr/local/sbin/udevadm
chmod 0755 /usr/local/sbin/udevadm
sed -i 's/host0/${name}/' /etc/netplan/*.yaml
ip link set host0 down
ip link set host0 name '${name}'
ip link set '${name}' up
netplan apply`,
    );
}

/** Nor its settings, nor the name service that it told of the lab's. */
const WITHOUT_NETWORKD = `rm -f /etc/netplan/*.yaml /etc/resolv.conf
echo 'nameserver ${instance.gateway}' > /etc/resolv.conf
systemctl disable --now systemd-networkd.socket systemd-networkd.service
rm -rf /run/systemd/network`;

async function install(host: string, packages: string): Promise<void> {
    const apt = "sudo DEBIAN_FRONTEND=noninteractive apt-get -q -y";
    await onHost(host, `${apt} update > /dev/null; ${apt} install ${packages} > /dev/null 2>&1`, 300_000);
}

/** Runs a script on the host that may cut its network meanwhile; ends when it has. Fails when it fails. */
export async function change(host: string, script: string): Promise<void> {
    const text = Buffer.from(`set -e\n${script}\necho done > /run/changed\n`).toString("base64");
    await onHost(
        host,
        `sudo rm -f /run/changed; echo ${text} | base64 --decode > change.sh; ` +
            "sudo systemd-run --quiet --collect --unit=change sh ./change.sh".replace("./", "$PWD/"),
    );
    for (let tries = 0; tries < 600; tries++) {
        await sleep(300);
        const state = await onHost(host, "test -e /run/changed && echo done || systemctl is-active change").catch(
            () => "no answer",
        );
        if (state === "done") return;
        if (/^(inactive|failed)$/.test(state)) break;
    }
    const journal = await onHost(host, "sudo journalctl --no-pager --unit change").catch(() => "it does not answer");
    throw new Error(`${host}: the change of its network failed: ${journal}`);
}
