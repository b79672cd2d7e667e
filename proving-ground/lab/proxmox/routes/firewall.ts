/** A guest's firewall: its options, its rules by position, and its sets of addresses. */
import { on } from "../access/checks";
import { VM } from "../access/objects";
import { type Api, type Call, type Proxmox } from "../api";
import { digestOfValue } from "../config/normalise";
import { ApiError, badParameters, refused } from "../errors";
import { emptyFirewall, filter } from "../firewall";
import { guestOf } from "../guests";
import { splitList } from "../schema/format";
import { type Guest, type GuestFirewall } from "../state";

type Rule = GuestFirewall["rules"][number];

const AT = "/nodes/:node/qemu/:vmid/firewall";
const WHOLE = new Set("dhcp enable ipfilter macfilter ndp radv".split(" "));
const RULE = "action comment dest dport enable icmp-type iface log macro proto source sport type".split(" ");
const OPTIONS = [...WHOLE, "log_level_in", "log_level_out", "policy_in", "policy_out"];
const audit = on(VM, "VM.Audit");
const modify = on(VM, "VM.Config.Network");

export function firewallRoutes(api: Api, pve: Proxmox): void {
    const of = (call: Call): GuestFirewall => guestOf(pve, call).firewall ?? emptyFirewall();
    /** Changes a guest's firewall and has it act. */
    const change = async (call: Call, work: (firewall: GuestFirewall) => void): Promise<void> => {
        const guest: Guest = guestOf(pve, call);
        const firewall = structuredClone(guest.firewall ?? emptyFirewall());
        work(firewall);
        guest.firewall = firewall;
        pve.store.save();
        await filter(pve, guest);
    };

    api.get(`${AT}/options`, audit, (call) => withDigest(of(call).options));
    api.put(`${AT}/options`, modify, (call) =>
        change(call, ({ options }) => {
            assertUnchanged(call, options);
            for (const key of splitList(call.input.text("delete") ?? "")) {
                if (!OPTIONS.includes(key)) throw badParameters({ delete: `no such option '${key}'` });
                delete options[key];
            }
            for (const [key, value] of Object.entries(call.input.only((name) => OPTIONS.includes(name))))
                options[key] = WHOLE.has(key) ? Number(value) : value;
        }),
    );

    api.get(`${AT}/rules`, audit, (call) => of(call).rules.map((rule, pos) => ({ ...withDigest(rule), pos })));
    // The position as a text, which it is in the path.
    api.get(`${AT}/rules/:pos`, audit, (call) => ({
        ...withDigest(ruleAt(of(call), call.path("pos"))),
        pos: call.path("pos"),
    }));
    api.post(`${AT}/rules`, modify, (call) =>
        change(call, ({ rules }) => {
            // At the top, wherever it was wanted; and off, unless it says that it is on.
            rules.unshift(verified({ enable: 0, ...set({}, call) }));
        }),
    );
    api.put(`${AT}/rules/:pos`, modify, (call) =>
        change(call, (firewall) => {
            assertUnchanged(call, firewall.rules);
            const rule = ruleAt(firewall, call.path("pos"));
            const pos = Number(call.path("pos"));
            const to = call.input.integer("moveto");
            if (to !== undefined && to !== pos) return move(firewall, pos, to);
            const changed = set(rule, call);
            for (const key of splitList(call.input.text("delete") ?? "")) delete changed[key];
            firewall.rules[pos] = verified(changed);
        }),
    );
    api.delete(`${AT}/rules/:pos`, modify, (call) =>
        change(call, (firewall) => {
            assertUnchanged(call, firewall.rules);
            ruleAt(firewall, call.path("pos"));
            firewall.rules.splice(Number(call.path("pos")), 1);
        }),
    );

    api.get(`${AT}/ipset`, audit, (call) =>
        Object.entries(of(call).sets).map(([name, { comment }]) => ({
            name,
            ...(comment === undefined ? {} : { comment }),
            digest: digestOfValue({ name, comment }),
        })),
    );
    api.post(`${AT}/ipset`, modify, (call) =>
        change(call, ({ sets }) => {
            const name = call.input.required("name");
            const former = call.input.text("rename");
            const comment = call.input.text("comment");
            if (former !== undefined && !(former in sets)) throw refused(`IPSet '${former}' does not exist`);
            if (former !== name && name in sets) throw badParameters({ name: `IPSet '${name}' already exists` });
            const entries = former === undefined ? [] : sets[former]!.entries;
            if (former !== undefined) delete sets[former];
            sets[name] = { ...(comment === undefined ? {} : { comment }), entries };
        }),
    );
    api.get(`${AT}/ipset/:name`, audit, (call) => setNamed(of(call), call).entries.map(withDigest));
    api.post(`${AT}/ipset/:name`, modify, (call) =>
        change(call, (firewall) => {
            const { entries } = setNamed(firewall, call);
            const cidr = call.input.required("cidr").replace(/\/32$/, "");
            const comment = call.input.text("comment");
            if (entries.some((entry) => entry.cidr === cidr))
                throw badParameters({ cidr: `address '${cidr}' already exists` });
            if (/\/0+$/.test(cidr)) throw badParameters({ cidr: "a zero prefix is not allowed in ipset entries" });
            entries.unshift({
                cidr,
                ...(comment === undefined || comment === "" ? {} : { comment }),
                ...(call.input.flag("nomatch") ? { nomatch: 1 as const } : {}),
            });
        }),
    );
    api.delete(`${AT}/ipset/:name`, modify, (call) =>
        change(call, (firewall) => {
            if (setNamed(firewall, call).entries.length > 0 && !call.input.flag("force"))
                throw refused(`IPSet '${call.path("name")}' is not empty`);
            delete firewall.sets[call.path("name")];
        }),
    );
    api.delete(`${AT}/ipset/:name/:cidr`, modify, (call) =>
        change(call, (firewall) => {
            const named = setNamed(firewall, call);
            named.entries = named.entries.filter(({ cidr }) => cidr !== call.path("cidr"));
        }),
    );
}

function withDigest<T extends object>(value: T): T & { digest: string } {
    return { ...value, digest: digestOfValue(value) };
}

function assertUnchanged({ input }: Call, value: unknown): void {
    const digest = input.text("digest");
    if (digest !== undefined && digest !== "" && digest !== digestOfValue(value))
        throw refused("detected modified configuration - file changed by other user? Try again.");
}

function ruleAt({ rules }: GuestFirewall, pos: string): Rule {
    const rule = rules[Number(pos)];
    if (rule === undefined) throw refused(`no rule at position ${pos}`);
    return rule;
}

/** With what the call gives; an empty text takes a part away. */
function set(rule: Rule, { input }: Call): Rule {
    const given = Object.entries(input.only((name) => RULE.includes(name)));
    const changed: Rule = { ...rule };
    for (const [key, value] of given) {
        if (value === "" || value === "-") delete changed[key];
        else changed[key] = key === "enable" ? Number(value) : value;
    }
    return changed;
}

function verified(rule: Rule): Rule {
    const { type, action, iface, proto, dport, sport, macro } = rule;
    // The lab's hypervisor filters by neither.
    if (type === "group" || macro !== undefined)
        throw new ApiError(501, "The lab's firewall knows no macros and no security groups");
    if (type === "forward") throw badParameters({ type: "invalid rule type 'forward' for rule_env 'vm'" });
    if (!["ACCEPT", "DROP", "REJECT"].includes(String(action)))
        throw badParameters({ action: `unknown action '${action}'` });
    if (iface !== undefined && !/^net\d+$/.test(String(iface)))
        throw badParameters({ iface: "value does not match the regex pattern 'net\\d+'" });
    for (const [key, ports] of Object.entries({ dport, sport }))
        if (ports !== undefined && !["tcp", "udp", "sctp"].includes(String(proto)))
            throw badParameters({ proto: `missing property - required by '${key}'` });
    return rule;
}

function move(firewall: GuestFirewall, from: number, to: number): void {
    const moved = firewall.rules[from]!;
    const rules = firewall.rules.flatMap((rule, index) => {
        if (index === from) return [];
        return index === to ? [moved, rule] : [rule];
    });
    firewall.rules = to >= firewall.rules.length ? [...rules, moved] : rules;
}

function setNamed({ sets }: GuestFirewall, call: Call): GuestFirewall["sets"][string] {
    const set = sets[call.path("name")];
    if (set === undefined) throw refused(`no such IPSet '${call.path("name")}'`);
    return set;
}
