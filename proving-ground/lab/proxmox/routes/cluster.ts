/** The cluster as a whole: version, nodes, next free id, resources. */
import { everybody, on } from "../access/checks";
import { type Api, type Call, type Proxmox } from "../api";
import { isTaken, nextFreeId } from "../datacenter";
import { badParameters } from "../errors";
import { visibleGuests } from "../guests";
import { NODE_CPUS, NODES } from "../nodes";
import { CPU_MODELS } from "../schema/cpu";

export function clusterRoutes(api: Api, pve: Proxmox): void {
    const { store, storages } = pve;

    api.get("/version", everybody, () => ({
        version: pve.version,
        release: pve.version.replace(/\.\d+$/, ""),
        repoid: "lab",
    }));

    api.get("/nodes", everybody, (call) => NODES.map((node) => nodeSummary(pve, call, node)));

    // The lab has no models of an administrator's own.
    api.get("/nodes/:node/capabilities/qemu/cpu", everybody, () =>
        CPU_MODELS.map((name) => ({ name, custom: 0, vendor: "default" })),
    );

    api.get("/cluster/nextid", everybody, (call) => {
        if (call.input.text("vmid") !== undefined) {
            const vmid = Number(call.input.required("vmid"));
            if (isTaken(pve, vmid)) throw badParameters({ vmid: `VM ${vmid} already exists` });
            return String(vmid);
        }
        return String(nextFreeId(pve));
    });

    api.get("/cluster/resources", everybody, (call) => {
        const type = call.input.text("type");
        const wanted = (kind: string): boolean => type === undefined || type === kind;
        const guests = visibleGuests(pve, call).map((guest) => {
            const { vmid, node, lock, pool } = guest;
            const { tags } = guest.config;
            return {
                ...{ id: `qemu/${vmid}`, type: "qemu", node, vmid, status: "unknown", ...pve.samples.of(guest) },
                ...(pool === undefined ? {} : { pool }),
                ...(lock === undefined ? {} : { lock }),
                ...(tags === undefined ? {} : { tags: String(tags) }),
            };
        });
        const containers = Object.entries(store.state.containers)
            .filter(([vmid]) => call.caller.may(on(`/vms/${vmid}`, "VM.Audit")))
            .map(([vmid, { node, hostname }]) => ({
                id: `lxc/${vmid}`,
                type: "lxc",
                node,
                vmid: Number(vmid),
                name: hostname,
                status: "stopped",
            }));
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
            ...(wanted("vm") ? [...guests, ...containers] : []),
            ...(wanted("node") ? NODES.map((node) => nodeSummary(pve, call, node)) : []),
            ...(wanted("storage") ? disks : []),
        ];
    });
}

/** What a node has and does is for those who may look at it. */
function nodeSummary({ health }: Proxmox, { caller }: Call, node: string): Record<string, unknown> {
    return {
        id: `node/${node}`,
        type: "node",
        node,
        status: health.isOn(node) ? "online" : "offline",
        ...(caller.may(on(`/nodes/${node}`, "Sys.Audit"))
            ? {
                  cpu: 0.02,
                  maxcpu: NODE_CPUS,
                  mem: 2 * 1024 ** 3,
                  maxmem: 16 * 1024 ** 3,
                  uptime: Math.floor(process.uptime()),
              }
            : {}),
        level: "",
        ssl_fingerprint: "",
    };
}
