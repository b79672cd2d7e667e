/** Settings that hold for the whole datacenter: its options, and those of its firewall. */
import { everybody, on } from "../access/checks";
import { type Api, type Call, type Proxmox } from "../api";
import { digestOfValue } from "../config/normalise";
import { allowedTags, datacenterOptions } from "../datacenter";
import { badParameters } from "../errors";
import { filter } from "../firewall";
import { splitList } from "../schema/format";

const OPTIONS = ["next-id", "registered-tags", "user-tag-access"];
const FIREWALL = ["ebtables", "enable", "policy_in", "policy_out"];

export function datacenterRoutes(api: Api, pve: Proxmox): void {
    const { store } = pve;
    const { datacenter } = store.state;

    // Everybody learns which tags are theirs; the settings themselves are for those who may look at the whole.
    api.get("/cluster/options", everybody, (call) => ({
        ...(call.caller.may(on("/", "Sys.Audit")) ? datacenterOptions(pve) : {}),
        "allowed-tags": allowedTags(pve, call),
    }));
    api.put("/cluster/options", on("/", "Sys.Modify"), (call) => {
        change(call, datacenter.options, OPTIONS, String);
        store.save();
    });

    api.get("/cluster/firewall/options", on("/", "Sys.Audit"), () => ({
        ...datacenter.firewall,
        digest: digestOfValue(datacenter.firewall),
    }));
    api.put("/cluster/firewall/options", on("/", "Sys.Modify"), async (call) => {
        change(call, datacenter.firewall, FIREWALL, (value) => (/^\d+$/.test(value) ? Number(value) : value));
        store.save();
        for (const guest of store.guests()) await filter(pve, guest);
    });
}

function change<T>({ input }: Call, options: Record<string, T>, known: string[], as: (value: string) => T): void {
    for (const key of splitList(input.text("delete") ?? "")) {
        if (!known.includes(key)) throw badParameters({ delete: `unknown option '${key}'` });
        delete options[key];
    }
    for (const [key, value] of Object.entries(input.only((name) => known.includes(name)))) options[key] = as(value);
}
