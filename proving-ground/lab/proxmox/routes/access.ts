/** Exchanging a password for a ticket; the only call that needs no authentication. */
import { everybody } from "../access/checks";
import { type Api, type Proxmox } from "../api";

export function accessRoutes(api: Api, pve: Proxmox): void {
    api.post("/access/ticket", everybody, ({ input }) =>
        pve.authentication.ticket(input.required("username"), input.required("password")),
    );
}
