/** What the calls take that set what holds for the whole datacenter; in 8.4 and 9.1 alike. */
import { FormatError, listOf, properties } from "./format";
import { configId } from "./formats";
import { choice, flag, type Parameters, text, whole } from "./parameter";

const TAG = "[A-Za-z0-9_][A-Za-z0-9_+.\\-]*";
const tags = `${TAG}(;${TAG})*`;
const id = whole({ minimum: 100, maximum: 999_999_999 });
const policy = choice("ACCEPT REJECT DROP");
const remove = text({ format: listOf(configId) });

/** Ids that Proxmox chooses: from the lower bound on, below the upper one. */
const nextId = properties({
    keys: { lower: id, upper: id },
    further: (values) => {
        const [lower, upper] = [Number(values.get("lower") ?? 100), Number(values.get("upper") ?? 1_000_000)];
        if (lower >= upper) throw new FormatError(`lower (${lower}) <-> upper (${upper}) boundary rules are screwed\n`);
    },
});

const userTagAccess = properties({
    keys: { "user-allow": choice("none list existing free"), "user-allow-list": text({ pattern: tags }) },
});

export const DATACENTER_CALLS: Record<string, Parameters> = {
    "PUT /cluster/options": {
        delete: remove,
        "next-id": text({ format: nextId }),
        "registered-tags": text({ pattern: tags }),
        "user-tag-access": text({ format: userTagAccess }),
    },
    "PUT /cluster/firewall/options": {
        delete: remove,
        digest: text({ maxLength: 64 }),
        ebtables: flag(),
        enable: whole({ minimum: 0 }),
        policy_in: policy,
        policy_out: policy,
    },
};
