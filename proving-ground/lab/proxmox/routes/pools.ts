/** Resource pools, of which the provider asks at every refresh whether a VM is in one. */
import { anyOn, everybody, on } from "../access/checks";
import { POOL } from "../access/objects";
import { type Api, type Call, type Proxmox } from "../api";
import { refused } from "../errors";
import { type Guest } from "../state";

/** How a refusal begins. */
const UPDATING = "update pools failed: ";
const DELETING = "delete pool failed: ";

export function poolRoutes(api: Api, pve: Proxmox): void {
    const { store } = pve;

    function existing(poolid: string, doing = ""): string {
        if (!(poolid in store.state.pools)) throw refused(`${doing}pool '${poolid}' does not exist`);
        return poolid;
    }

    function shown(poolid: string): Record<string, unknown> {
        const members = store
            .guests()
            .filter(({ pool }) => pool === poolid)
            .map(({ vmid, node, config }) => ({ id: `qemu/${vmid}`, type: "qemu", vmid, node, name: config.name }));
        return { poolid, ...store.state.pools[poolid], members };
    }

    function change(poolid: string, { input }: Call): void {
        const comment = input.text("comment");
        const pool = existing(poolid, UPDATING);
        const ids = (input.text("vms") ?? "").split(",").filter((id) => id !== "");
        const guests = ids.map((id) => store.guest(Number(id)) ?? id);
        for (const guest of guests) assign(guest, pool, input.flag("delete"), input.flag("allow-move"));
        if (comment !== undefined) store.state.pools[pool] = { comment };
        store.save();
    }

    function remove(poolid: string): void {
        const pool = existing(poolid, DELETING);
        const member = store.guests().find((guest) => guest.pool === pool);
        if (member !== undefined) throw refused(`${DELETING}pool '${pool}' is not empty (contains VM ${member.vmid})`);
        delete store.state.pools[pool];
        store.save();
    }

    api.get("/pools", everybody, ({ input, caller }) => {
        const poolid = input.text("poolid");
        if (poolid !== undefined) {
            caller.require(anyOn(`/pool/${poolid}`, "Pool.Audit", "Pool.Allocate"));
            return [shown(existing(poolid))];
        }
        const visible = Object.entries(store.state.pools).filter(([id]) =>
            caller.may(anyOn(`/pool/${id}`, "Pool.Audit", "Pool.Allocate")),
        );
        return visible.map(([id, { comment }]) => ({ poolid: id, comment }));
    });
    api.get("/pools/:poolid", on(POOL, "Pool.Audit"), (call) => shown(existing(call.path("poolid"))));
    api.post("/pools", on(POOL, "Pool.Allocate"), ({ input }) => {
        const poolid = input.required("poolid");
        if (poolid in store.state.pools) throw refused(`create pool failed: pool '${poolid}' already exists`);
        store.state.pools[poolid] = { comment: input.text("comment") };
        store.save();
    });
    api.put("/pools", on(POOL, "Pool.Allocate"), (call) => change(call.input.required("poolid"), call));
    api.put("/pools/:poolid", on(POOL, "Pool.Allocate"), (call) => change(call.path("poolid"), call));
    api.delete("/pools", on(POOL, "Pool.Allocate"), ({ input }) => remove(input.required("poolid")));
    api.delete("/pools/:poolid", on(POOL, "Pool.Allocate"), (call) => remove(call.path("poolid")));
}

function assign(guest: Guest | string, pool: string, remove: boolean, move: boolean): void {
    if (typeof guest === "string") throw refused(`${UPDATING}VM ${guest} does not exist`);
    const member = guest.pool === pool;
    if (remove) {
        if (!member) throw refused(`${UPDATING}VM ${guest.vmid} is not a pool member`);
        delete guest.pool;
        return;
    }
    if (member) throw refused(`${UPDATING}VM ${guest.vmid} is already a pool member`);
    if (guest.pool !== undefined && !move) {
        const other = `VM ${guest.vmid} belongs already to pool '${guest.pool}'`;
        throw refused(`${UPDATING}${other} and 'allow-move' is not set`);
    }
    guest.pool = pool;
}
