/** The guest agent: PVE's three ways to say that it does not answer, and the interfaces when it does. */
import { type Api, type Call, type Proxmox } from "../api";
import { refused } from "../errors";
import { agentAnswers, agentEnabled, guestOf } from "../guests";
import { type GuestInterface } from "../../hypervisor/hypervisor";

export function agentRoutes(api: Api, pve: Proxmox): void {
    async function interfaces(call: Call): Promise<GuestInterface[]> {
        const guest = guestOf(pve, call);
        if (!agentEnabled(guest)) throw refused("No QEMU guest agent configured");
        if (!(await pve.hypervisor.isRunning(guest.vmid))) throw refused(`VM ${guest.vmid} is not running`);
        if (!(await agentAnswers(pve, guest))) throw refused("QEMU guest agent is not running");
        return pve.hypervisor.interfaces(guest.vmid);
    }

    api.post("/nodes/:node/qemu/:vmid/agent/ping", async (call) => {
        await interfaces(call);
        return { result: {} };
    });

    api.get("/nodes/:node/qemu/:vmid/agent/network-get-interfaces", async (call) => ({
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
