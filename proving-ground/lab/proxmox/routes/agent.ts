/** The guest agent: PVE's three ways to say that it does not answer, and the interfaces when it does. */
import { anyOn, type Check, on } from "../access/checks";
import { VM } from "../access/objects";
import type { Version } from "../access/privileges";
import { type Api, type Call, type Proxmox } from "../api";
import { refused } from "../errors";
import { agentAnswers, agentEnabled, guestOf } from "../guests";
import { type GuestInterface } from "../../hypervisor/hypervisor";

/** By the release that is played. */
const AGENT: Record<Version, Check> = {
    "8.4": on(VM, "VM.Monitor"),
    "9.1": anyOn(VM, "VM.GuestAgent.Audit", "VM.GuestAgent.Unrestricted"),
};

export function agentRoutes(api: Api, pve: Proxmox): void {
    const agentCheck = AGENT[pve.release];

    async function interfaces(call: Call): Promise<GuestInterface[]> {
        const guest = guestOf(pve, call);
        if (!agentEnabled(guest)) throw refused("No QEMU guest agent configured");
        if (!(await pve.hypervisor.isRunning(guest.vmid))) throw refused(`VM ${guest.vmid} is not running`);
        if (!(await agentAnswers(pve, guest))) throw refused("QEMU guest agent is not running");
        return pve.hypervisor.interfaces(guest.vmid);
    }

    api.post("/nodes/:node/qemu/:vmid/agent/ping", agentCheck, async (call) => {
        await interfaces(call);
        return { result: {} };
    });

    api.get("/nodes/:node/qemu/:vmid/agent/network-get-interfaces", agentCheck, async (call) => ({
        result: (await interfaces(call)).map(({ name, macAddress, addresses }) => ({
            name,
            "hardware-address": macAddress.toLowerCase(),
            "ip-addresses": addresses.map(({ address, family, prefixLength }) => ({
                "ip-address": address,
                "ip-address-type": family,
                prefix: prefixLength,
            })),
        })),
    }));
}
