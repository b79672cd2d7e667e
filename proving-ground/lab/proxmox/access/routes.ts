/**
 * What each call asks of its caller before anything else is looked at, from the API's own description of itself (8.4 to
 * 9.2; they differ in the guest agent only). What a call asks further, because of what it is told to do, is in
 * configuration.ts and with the calls.
 */
import { and, anyOn, type Check, everybody, given, on, or } from "./checks";
import { type Version } from "./privileges";

const VM = "/vms/{vmid}";
const STORAGE = "/storage/{storage}";
const POOL = "/pool/{poolid}";

const power = on(VM, "VM.PowerMgmt");
const anyConfiguration = anyOn(
    VM,
    ..."Disk CDROM CPU Memory Network HWType Options Cloudinit".split(" ").map((part) => `VM.Config.${part}`),
);
const seesStorage = anyOn(STORAGE, "Datastore.Audit", "Datastore.AllocateSpace");
const outside = or(on("/", "Sys.Audit", "Sys.Modify"), on("/nodes/{node}", "Sys.AccessNetwork"));

const AGENT: Record<Version, Check> = {
    "8.4": on(VM, "VM.Monitor"),
    "9.0": anyOn(VM, "VM.GuestAgent.Audit", "VM.GuestAgent.Unrestricted"),
};

/** By method and path. */
export function routeChecks(version: Version): Record<string, Check> {
    const agent = AGENT[version];
    return {
        "POST /access/ticket": everybody,
        "GET /version": everybody,
        "GET /nodes": everybody,
        "GET /cluster/nextid": everybody,
        "GET /cluster/resources": everybody,
        "GET /cluster/ha/resources/:sid": on("/", "Sys.Audit"),
        "GET /nodes/:node/qemu": everybody,
        "POST /nodes/:node/qemu": everybody,
        "GET /nodes/:node/qemu/:vmid/config": on(VM, "VM.Audit"),
        "PUT /nodes/:node/qemu/:vmid/config": anyConfiguration,
        "PUT /nodes/:node/qemu/:vmid/cloudinit": on(VM, "VM.Config.Cloudinit"),
        "PUT /nodes/:node/qemu/:vmid/resize": on(VM, "VM.Config.Disk"),
        "GET /nodes/:node/qemu/:vmid/status/current": on(VM, "VM.Audit"),
        "DELETE /nodes/:node/qemu/:vmid": on(VM, "VM.Allocate"),
        "POST /nodes/:node/qemu/:vmid/clone": and(
            on(VM, "VM.Clone"),
            or(on("/vms/{newid}", "VM.Allocate"), given("pool", on("/pool/{pool}", "VM.Allocate"))),
        ),
        "POST /nodes/:node/qemu/:vmid/migrate": on(VM, "VM.Migrate"),
        "POST /nodes/:node/qemu/:vmid/status/start": power,
        "POST /nodes/:node/qemu/:vmid/status/stop": power,
        "POST /nodes/:node/qemu/:vmid/status/shutdown": power,
        "POST /nodes/:node/qemu/:vmid/status/reboot": power,
        "POST /nodes/:node/qemu/:vmid/agent/ping": agent,
        "GET /nodes/:node/qemu/:vmid/agent/network-get-interfaces": agent,
        "GET /nodes/:node/tasks": everybody,
        "GET /nodes/:node/tasks/:upid/status": everybody,
        "GET /nodes/:node/tasks/:upid/log": everybody,
        "GET /storage": everybody,
        "GET /storage/:storage": on(STORAGE, "Datastore.Allocate"),
        "GET /nodes/:node/storage": everybody,
        "GET /nodes/:node/storage/:storage/status": seesStorage,
        "GET /nodes/:node/storage/:storage/content": seesStorage,
        "GET /nodes/:node/storage/:storage/content/:volid": everybody,
        "DELETE /nodes/:node/storage/:storage/content/:volid": everybody,
        "GET /nodes/:node/query-url-metadata": outside,
        "POST /nodes/:node/storage/:storage/download-url": and(on(STORAGE, "Datastore.AllocateTemplate"), outside),
        "GET /pools": everybody,
        "GET /pools/:poolid": on(POOL, "Pool.Audit"),
        "POST /pools": on(POOL, "Pool.Allocate"),
        "PUT /pools": on(POOL, "Pool.Allocate"),
        "PUT /pools/:poolid": on(POOL, "Pool.Allocate"),
        "DELETE /pools": on(POOL, "Pool.Allocate"),
        "DELETE /pools/:poolid": on(POOL, "Pool.Allocate"),
    };
}
