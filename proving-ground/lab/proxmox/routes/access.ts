/** Exchanging a password for a ticket; the only call that needs no authentication. */
import { type Api } from "../api";
import { type Authentication } from "../auth";

export function accessRoutes(api: Api, authentication: Authentication): void {
    api.post("/access/ticket", ({ input }) =>
        authentication.ticket(input.required("username"), input.required("password")),
    );
}
