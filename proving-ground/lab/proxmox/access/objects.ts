/**
 * What Proxmox checks privileges on, and conditions that several calls share, from the API's own description of itself
 * (8.4 to 9.2; they differ in the guest agent only). What a call asks further, because of its parameters, is in
 * configuration.ts and with the calls.
 */
import { anyOn, on, or } from "./checks";

export const VM = "/vms/{vmid}";
export const STORAGE = "/storage/{storage}";
export const POOL = "/pool/{poolid}";

export const anyConfiguration = anyOn(
    VM,
    ..."Disk CDROM CPU Memory Network HWType Options Cloudinit".split(" ").map((part) => `VM.Config.${part}`),
);
export const seesStorage = anyOn(STORAGE, "Datastore.Audit", "Datastore.AllocateSpace");
export const outside = or(on("/", "Sys.Audit", "Sys.Modify"), on("/nodes/{node}", "Sys.AccessNetwork"));
