/** What the calls of high availability take: groups until 8.4, rules from 9 on. */
import { listOf, matching } from "./format";
import * as formats from "./formats";
import { choice, flag, type Parameters, required, text, whole } from "./parameter";

const name = text({ format: formats.configId });
const sid = text({ format: formats.haResource });
const comment = text({ maxLength: 4096 });
const changes: Parameters = {
    delete: text({ format: listOf(formats.configId), maxLength: 4096 }),
    digest: text({ maxLength: 64 }),
};
const nodes = text({
    format: listOf(matching(/^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?(:\d+)?$/, "invalid HA group node list '{}'")),
});

const resource: Parameters = {
    comment,
    failback: flag({ in: ["9.1"] }),
    group: name,
    max_relocate: whole({ minimum: 0 }),
    max_restart: whole({ minimum: 0 }),
    state: choice("started stopped enabled disabled ignored"),
};
const group: Parameters = { comment, nofailback: flag(), restricted: flag() };
const rule: Parameters = {
    affinity: choice("positive negative"),
    comment,
    disable: flag(),
    nodes,
    strict: flag(),
    type: required(choice("node-affinity resource-affinity")),
};

/** Variable parts of their paths. */
export const haPath: Parameters = { sid, group: name, rule: name };

const HA = "/cluster/ha";

export const HA_CALLS: Record<string, Parameters> = {
    [`GET ${HA}/resources`]: { type: choice("ct vm") },
    [`POST ${HA}/resources`]: { ...resource, sid: required(sid), type: choice("ct vm") },
    [`PUT ${HA}/resources/{sid}`]: { ...resource, ...changes },
    [`DELETE ${HA}/resources/{sid}`]: { purge: flag({ in: ["9.1"] }) },
    [`POST ${HA}/groups`]: { ...group, group: required(name), nodes: required(nodes), type: choice("group") },
    [`PUT ${HA}/groups/{group}`]: { ...group, nodes, ...changes },
    [`GET ${HA}/rules`]: { resource: text(), type: choice("node-affinity resource-affinity") },
    [`POST ${HA}/rules`]: {
        ...rule,
        resources: required(text({ format: listOf(formats.haResource) })),
        rule: required(name),
    },
    [`PUT ${HA}/rules/{rule}`]: { ...rule, resources: text({ format: listOf(formats.haResource) }), ...changes },
};
