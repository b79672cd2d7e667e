/** The cluster as a whole: version, nodes, next free id, resources. */
import { everybody, on } from "../access/checks";
import { type Api, type Proxmox } from "../api";
import { badParameters } from "../errors";
import { summary, visibleGuests } from "../guests";
import { NODE_CPUS, NODES } from "../nodes";

const FIRST_VMID = 100;

export function clusterRoutes(api: Api, pve: Proxmox): void {
    const { store, storages } = pve;

    api.get("/version", everybody, () => ({
        version: pve.version,
        release: pve.version.replace(/\.\d+$/, ""),
        repoid: "lab",
    }));

    api.get("/nodes", everybody, () => NODES.map((node) => nodeSummary(pve, node)));

    api.get("/cluster/nextid", everybody, (call) => {
        if (call.input.text("vmid") !== undefined) {
            const vmid = Number(call.input.required("vmid"));
            if (store.guest(vmid) !== undefined) throw badParameters({ vmid: `VM ${vmid} already exists` });
            return String(vmid);
        }
        let vmid = FIRST_VMID;
        while (store.guest(vmid) !== undefined) vmid++;
        return String(vmid);
    });

    api.get("/cluster/resources", everybody, async (call) => {
        const type = call.input.text("type");
        const wanted = (kind: string): boolean => type === undefined || type === kind;
        const guests = visibleGuests(pve, call).map(async (guest) => {
            const { cpus, ...rest } = await summary(pve, guest);
            const pool = guest.pool === undefined ? {} : { pool: guest.pool };
            return { id: `qemu/${guest.vmid}`, type: "qemu", node: guest.node, maxcpu: cpus, ...rest, ...pool };
        });
        const disks = NODES.flatMap((node) =>
            storages
                .names()
                .filter((storage) => call.caller.may(on(`/storage/${storage}`, "Datastore.Audit")))
                .map((storage) => {
                    return {
                        id: `storage/${node}/${storage}`,
                        type: "storage",
                        node,
                        storage,
                        status: pve.health.isOn(node) ? "available" : "unknown",
                        shared: 0,
                    };
                }),
        );
        return [
            ...(wanted("vm") ? await Promise.all(guests) : []),
            ...(wanted("node") ? NODES.map((node) => nodeSummary(pve, node)) : []),
            ...(wanted("storage") ? disks : []),
        ];
    });
}

function nodeSummary({ health }: Proxmox, node: string): Record<string, unknown> {
    return {
        id: `node/${node}`,
        type: "node",
        node,
        status: health.isOn(node) ? "online" : "offline",
        cpu: 0.02,
        maxcpu: NODE_CPUS,
        mem: 2 * 1024 ** 3,
        maxmem: 16 * 1024 ** 3,
        uptime: Math.floor(process.uptime()),
        level: "",
        ssl_fingerprint: "",
    };
}
