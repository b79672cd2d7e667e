/** Exchanging a password for a ticket, the only call that needs no authentication; and what a caller may do. */
import { everybody } from "../access/checks";
import { type Api, type Proxmox } from "../api";

export function accessRoutes(api: Api, pve: Proxmox): void {
    api.post("/access/ticket", everybody, ({ input }) =>
        pve.authentication.ticket(input.required("username"), input.required("password")),
    );

    // Of everything, or of others, nobody asks here.
    api.get("/access/permissions", everybody, ({ caller, input }) => {
        const path = input.required("path");
        return { [path]: Object.fromEntries(caller.on(path).map((privilege) => [privilege, 1])) };
    });
}
