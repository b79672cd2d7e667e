/** How tasks fare. */
import { everybody, on } from "../access/checks";
import { type Api, type Call, type Proxmox } from "../api";
import { ApiError } from "../errors";
import { type TaskRecord } from "../state";

/**
 * The provider asks at once and then every second. An answer that waits for the end of the task, but less than that
 * second, spares most tasks the second; to the client it is a slow answer.
 */
const PATIENCE_MILLISECONDS = 900;

export function taskRoutes(api: Api, pve: Proxmox): void {
    function task(call: Call): TaskRecord {
        const node = call.path("node");
        const found = pve.tasks.find(call.path("upid"));
        if (found?.node !== node) throw new ApiError(400, "unable to parse worker upid or no such task");
        if (found.user !== call.user) call.caller.require(on(`/nodes/${node}`, "Sys.Audit"));
        return found;
    }

    api.get("/nodes/:node/tasks", everybody, (call) => {
        const node = call.path("node");
        const known = pve.store.state.tasks.filter(
            (record) =>
                record.node === node &&
                (record.user === call.user || call.caller.may(on(`/nodes/${node}`, "Sys.Audit"))),
        );
        return known.reverse().map(({ upid, pid, starttime, endtime, type, id, user, exitstatus }) => {
            return { upid, node, pid, starttime, endtime, type, id, user, status: exitstatus ?? "running" };
        });
    });

    api.get("/nodes/:node/tasks/:upid/status", everybody, async (call) => {
        const found = task(call);
        await pve.tasks.settled(found.upid, PATIENCE_MILLISECONDS);
        const { upid, node, pid, starttime, type, id, user, exitstatus } = found;
        return {
            upid,
            node,
            pid,
            starttime,
            type,
            id,
            user,
            status: exitstatus === undefined ? "running" : "stopped",
            exitstatus,
        };
    });

    api.get("/nodes/:node/tasks/:upid/log", everybody, (call) => {
        const { log } = task(call);
        const start = call.input.integer("start") ?? 0;
        const limit = call.input.integer("limit") ?? 50;
        const lines = log.map((t, index) => ({ n: index + 1, t })).slice(start, start + limit);
        return lines.length > 0 ? lines : [{ n: 1, t: "no content" }];
    });
}
