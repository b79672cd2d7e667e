/** High availability: which guests it manages, and, by release, the groups or the rules that say where they run. */
import { on } from "../access/checks";
import { type Api, type Call, type Proxmox } from "../api";
import { digestOfValue } from "../config/normalise";
import { ApiError, messageOf, refused } from "../errors";
import { forgetResource, isTakenUp, managed, settle, sidOf, vmidOf } from "../highAvailability";
import { NODES } from "../nodes";
import { splitList } from "../schema/format";
import { type HaGroup, type HaResource, type HaRule } from "../state";

const HA = "/cluster/ha";
const audit = on("/", "Sys.Audit");
const console = on("/", "Sys.Console");
const MIGRATED = "ha groups have been migrated to rules";

export function highAvailabilityRoutes(api: Api, pve: Proxmox): void {
    resourceRoutes(api, pve);
    statusRoutes(api, pve);
    groupRoutes(api, pve);
    if (pve.release !== "8.4") ruleRoutes(api, pve);
}

/** As PVE says which of its files could not be changed, and why. */
function changing(what: string, pve: Proxmox, work: () => void): void {
    try {
        work();
    } catch (error) {
        if (error instanceof ApiError && error.status === 400) throw error;
        throw refused(`${what} failed: ${messageOf(error)}`);
    }
    pve.store.save();
}

function resourceRoutes(api: Api, pve: Proxmox): void {
    const { resources, groups } = pve.store.state.ha;
    /** `vm:101`, also where the id alone was given. */
    const named = (text: string): string => (/^\d+$/.test(text) ? sidOf(Number(text)) : text);
    const shown = (sid: string): object => {
        const resource = resources[sid];
        if (resource === undefined) throw refused(`no such resource '${sid}'`);
        const { since: _own, ...config } = resource;
        return { ...config, sid, type: "vm", digest: digestOfValue(resources) };
    };
    const given = ({ input }: Call): Partial<HaResource> => {
        const group = input.text("group");
        if (group !== undefined && pve.release !== "8.4") throw refused(`invalid parameter 'group': ${MIGRATED}`);
        if (group !== undefined && !(group in groups)) throw refused(`HA group '${group}' does not exist`);
        const [state, comment] = [input.text("state"), input.text("comment")];
        const [max_restart, max_relocate] = [input.integer("max_restart"), input.integer("max_relocate")];
        const failback = input.text("failback") === undefined ? undefined : Number(input.flag("failback"));
        const all = { state, comment, group, max_restart, max_relocate, failback };
        return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
    };

    api.get(`${HA}/resources`, audit, () => Object.keys(resources).map(shown));
    api.get(`${HA}/resources/:sid`, audit, (call) => shown(named(call.path("sid"))));
    api.post(`${HA}/resources`, console, (call) => {
        pve.health.assertQuorum();
        const sid = named(call.input.required("sid"));
        const vmid = vmidOf(sid);
        if (pve.store.guest(vmid) === undefined) throw refused(`resource '${sid}' does not exist in cluster`);
        const config = given(call);
        changing("create resource", pve, () => {
            if (sid in resources) throw refused(`resource ID '${sid}' already defined`);
            resources[sid] = { ...config, since: Date.now() };
        });
        settle(pve, vmid);
    });
    api.put(`${HA}/resources/:sid`, console, (call) => {
        const sid = named(call.path("sid"));
        const config = given(call);
        changing("update resource", pve, () => {
            const resource = resources[sid];
            if (resource === undefined) throw refused(`no such resource '${sid}'`);
            Object.assign(resource, config);
            for (const key of splitList(call.input.text("delete") ?? "")) delete resource[key as keyof HaResource];
        });
        settle(pve, vmidOf(sid));
    });
    api.delete(`${HA}/resources/:sid`, console, (call) => {
        const sid = named(call.path("sid"));
        if (!(sid in resources)) throw refused(`cannot delete service '${sid}', not HA managed!`);
        forgetResource(pve, sid, call.input.flag("purge", true));
    });
}

function statusRoutes(api: Api, pve: Proxmox): void {
    api.get(`${HA}/status/current`, audit, () => [
        { id: "quorum", type: "quorum", node: NODES[0], status: "OK", quorate: 1 },
        ...Object.entries(pve.store.state.ha.resources).flatMap(([sid, resource]) => {
            const vmid = vmidOf(sid);
            const guest = pve.store.guest(vmid);
            if (guest === undefined) return [];
            const request = resource.state ?? "started";
            const settled = managed(pve, vmid) === undefined ? "ignored" : request;
            const crm = isTakenUp(resource) ? settled : "queued";
            const status = `${sid} (${guest.node}, ${crm})`;
            const states = { state: crm, crm_state: crm, request_state: request };
            return [{ id: `service:${sid}`, type: "service", sid, node: guest.node, status, ...states }];
        }),
    ]);
}

function groupRoutes(api: Api, pve: Proxmox): void {
    const { groups, resources } = pve.store.state.ha;
    const assertGroups = (verb: string): void => {
        if (pve.release !== "8.4") throw refused(`cannot ${verb}: ${MIGRATED}`);
    };
    const group = (name: string): HaGroup => {
        const found = groups[name];
        if (found === undefined) throw refused(`no such ha group '${name}'`);
        return found;
    };
    const shown = (name: string): object => ({
        ...group(name),
        group: name,
        type: "group",
        digest: digestOfValue(groups),
    });
    const given = ({ input }: Call): Partial<HaGroup> => {
        const [nodes, comment] = [input.text("nodes"), input.text("comment")];
        const flags = ["nofailback", "restricted"].filter((key) => input.text(key) !== undefined);
        return {
            ...(nodes === undefined ? {} : { nodes }),
            ...(comment === undefined ? {} : { comment }),
            ...Object.fromEntries(flags.map((key) => [key, Number(input.flag(key))])),
        };
    };

    api.get(`${HA}/groups`, audit, () => {
        assertGroups("index groups");
        return Object.keys(groups).map(shown);
    });
    api.get(`${HA}/groups/:group`, audit, (call) => {
        assertGroups("read group");
        return shown(call.path("group"));
    });
    api.post(`${HA}/groups`, console, (call) => {
        assertGroups("create group");
        pve.health.assertQuorum();
        const name = call.input.required("group");
        changing("create ha group", pve, () => {
            if (name in groups) throw refused(`ha group ID '${name}' already defined`);
            groups[name] = { nodes: call.input.required("nodes"), ...given(call) };
        });
    });
    api.put(`${HA}/groups/:group`, console, (call) => {
        assertGroups("update group");
        changing("update ha group", pve, () => {
            const found = group(call.path("group"));
            Object.assign(found, given(call));
            for (const key of splitList(call.input.text("delete") ?? "")) delete found[key as keyof HaGroup];
        });
    });
    api.delete(`${HA}/groups/:group`, console, (call) => {
        assertGroups("delete group");
        changing("delete ha group", pve, () => {
            const user = Object.keys(resources).find((sid) => resources[sid]!.group === call.path("group"));
            if (user !== undefined) throw refused(`ha group is used by service '${user}'`);
            delete groups[call.path("group")];
        });
    });
}

function ruleRoutes(api: Api, pve: Proxmox): void {
    const { rules, resources } = pve.store.state.ha;
    const shown = (name: string): object => {
        const rule = rules[name];
        if (rule === undefined) throw refused(`no such ha rule '${name}'`);
        const order = Object.keys(rules).indexOf(name) + 1;
        return { ...rule, resources: rule.resources.join(","), rule: name, order, digest: digestOfValue(rules) };
    };
    const given = ({ input }: Call): Partial<HaRule> => {
        if (input.required("type") !== "resource-affinity")
            throw new ApiError(501, "The lab's cluster knows rules of resource affinity only");
        const [members, comment] = [input.text("resources"), input.text("comment")];
        const affinity = input.text("affinity") as HaRule["affinity"] | undefined;
        return {
            ...(members === undefined ? {} : { resources: splitList(members) }),
            ...(affinity === undefined ? {} : { affinity }),
            ...(comment === undefined ? {} : { comment }),
            ...(input.text("disable") === undefined ? {} : { disable: Number(input.flag("disable")) }),
        };
    };
    const assertFeasible = (name: string, rule: HaRule): void => {
        const unmanaged = rule.resources.filter((sid) => !(sid in resources)).sort();
        if (unmanaged.length > 0) throw refused(`cannot use unmanaged resource(s) ${unmanaged.join(", ")}.`);
        const invalid = (why: string): ApiError => new ApiError(400, `Rule '${name}' is invalid.`, { resources: why });
        if (rule.resources.length < 2) throw invalid("rule is ineffective as there are less than two resources");
        // Nodes are what the manager has counted, which begins with its first resource.
        const nodes = Object.values(resources).some(isTakenUp) ? NODES.length : 0;
        if (rule.affinity === "negative" && rule.resources.length > nodes)
            throw invalid("rule defines more resources than available nodes");
    };

    api.get(`${HA}/rules`, audit, () => Object.keys(rules).map(shown));
    api.get(`${HA}/rules/:rule`, audit, (call) => shown(call.path("rule")));
    api.post(`${HA}/rules`, console, (call) => {
        pve.health.assertQuorum();
        const name = call.input.required("rule");
        changing("create ha rule", pve, () => {
            if (name in rules) throw refused(`HA rule '${name}' already defined`);
            const rule: HaRule = { type: "resource-affinity", affinity: "negative", resources: [], ...given(call) };
            assertFeasible(name, rule);
            rules[name] = rule;
        });
    });
    api.put(`${HA}/rules/:rule`, console, (call) => {
        const name = call.path("rule");
        changing("update HA rules", pve, () => {
            const former = rules[name];
            if (former === undefined) throw refused(`HA rule '${name}' does not exist`);
            const rule: HaRule = { ...former, ...given(call) };
            for (const key of splitList(call.input.text("delete") ?? "")) delete rule[key as "comment" | "disable"];
            assertFeasible(name, rule);
            rules[name] = rule;
        });
    });
    api.delete(`${HA}/rules/:rule`, console, (call) =>
        changing("delete ha rule", pve, () => {
            delete rules[call.path("rule")];
        }),
    );
}
