/** Tags that the datacenter keeps from the API token. Proxmox says so only when the VM was cloned already. */
import * as answers from "../../proxmox/answers";
import type { ProxmoxApi } from "./api";
import type { Guest, Wanted } from "./guests";

/** The first release that looks at the tags of a VM that is made of nothing: 9.2. */
const LOOKS_AT_NEW = [9, 2] as const;

/** For a VM that has none from a template. */
export async function checkTagsOfNew(api: ProxmoxApi, wanted: Wanted, guests: Guest[]): Promise<void> {
    const { version } = await api.call("GET", "/version", answers.version);
    const [major = 0, minor = 0] = version.split(".").map(Number);
    const [since, sinceMinor] = LOOKS_AT_NEW;
    if (major > since || (major === since && minor >= sinceMinor)) await checkTags(api, wanted, "", guests);
}

/** `before`: those that the VM has from its template. */
export async function checkTags(
    api: ProxmoxApi,
    { name, machine: { tags } }: Wanted,
    before: string,
    guests: Guest[],
): Promise<void> {
    const old = tagsIn(before);
    const changed = [...tags.filter((tag) => !old.includes(tag)), ...old.filter((tag) => !tags.includes(tag))];
    if (changed.length === 0) return;
    const options = await api.call("GET", "/cluster/options", answers.datacenterOptions);
    const allowed = options["allowed-tags"] ?? [];
    const access = options["user-tag-access"]?.["user-allow"] ?? "free";
    // Where everything else is free, one that a guest has and that is not allowed can only be one that is kept.
    const kept = [...(options["registered-tags"] ?? []), ...guests.flatMap(({ tags: own = "" }) => tagsIn(own))];
    const wrong = changed.filter((tag) => !allowed.includes(tag) && (access !== "free" || kept.includes(tag)));
    if (wrong.length === 0 || (await mayChangeAll(api))) return;
    const [set, removed] = [wrong.filter((tag) => tags.includes(tag)), wrong.filter((tag) => !tags.includes(tag))];
    const what = [
        ...(set.length === 0 ? [] : [`set ${set.join(", ")} (tags of ${name})`]),
        ...(removed.length === 0 ? [] : [`take ${removed.join(", ")}, which the template has, from its clone`]),
    ];
    throw new Error(
        `the datacenter does not let this API token ${what.join(", or ")}. ` +
            (allowed.length === 0 ? "It may change no tags. " : `It may change ${allowed.join(", ")}. `) +
            "Set virtualMachines.tags to what the template has and to some of these, or to []; or have an " +
            "administrator allow it (Datacenter, Options, User Tag Access and Registered Tags), or give the " +
            "token Sys.Modify on /. Nothing was made.",
    );
}

const tagsIn = (text: string): string[] => text.split(/[,;\s]+/).filter((tag) => tag !== "");

async function mayChangeAll(api: ProxmoxApi): Promise<boolean> {
    const held = await api.call("GET", "/access/permissions?path=/", answers.permissions);
    return held["/"]?.["Sys.Modify"] !== undefined;
}
