/** What the datacenter's own settings have Proxmox allow: which tags a caller may change, which ids it chooses. */
import { on } from "./access/checks";
import { type Call, type Proxmox } from "./api";
import { parseProperties } from "./config/properties";
import { ApiError, refused } from "./errors";
import { visibleGuests } from "./guests";
import { splitList } from "./schema/format";

/** Ids as they are chosen where the datacenter says nothing: fewer than an id may be. */
const IDS = { lower: 100, upper: 1_000_000 };

/** By name, as GET /cluster/options answers it: property strings taken apart, lists as lists. */
export function datacenterOptions({ store }: Proxmox): {
    "next-id"?: { lower?: number; upper?: number };
    "registered-tags"?: string[];
    "user-tag-access"?: { "user-allow"?: string; "user-allow-list"?: string[] };
} {
    const { options } = store.state.datacenter;
    const of = (name: string): ReadonlyMap<string, string> => parseProperties(options[name] ?? "", "");
    const bounds = [...of("next-id")].map(([name, value]) => [name, Number(value)] as const);
    const access = [...of("user-tag-access")].map(
        ([name, value]) => [name, name === "user-allow-list" ? splitList(value) : value] as const,
    );
    return {
        ...(bounds.length === 0 ? {} : { "next-id": Object.fromEntries(bounds) }),
        ...(options["registered-tags"] === undefined
            ? {}
            : { "registered-tags": splitList(options["registered-tags"]) }),
        ...(access.length === 0 ? {} : { "user-tag-access": Object.fromEntries(access) }),
    };
}

/** Which tags a caller may set and remove without a say in the datacenter; `free`: others that are nobody's too. */
function tagsFor(
    pve: Proxmox,
    call: Call,
): { allowed: Set<string>; registered: Set<string>; seen: string[]; free: boolean } {
    const options = datacenterOptions(pve);
    const registered = new Set(options["registered-tags"]);
    const access = options["user-tag-access"] ?? {};
    const mode = access["user-allow"] ?? "free";
    const seen = visibleGuests(pve, call).flatMap(({ config }) => splitList(String(config.tags ?? "")));
    const allowed = [
        ...(mode === "none" ? [] : (access["user-allow-list"] ?? [])),
        ...(["free", "existing"].includes(mode) ? seen : []),
    ].filter((tag) => !registered.has(tag));
    return { allowed: new Set(allowed), registered, seen, free: mode === "free" };
}

/** The tags that a caller is told of as theirs to set. */
export function allowedTags(pve: Proxmox, call: Call): string[] {
    const { allowed, registered, seen } = tagsFor(pve, call);
    const all = new Set([...allowed, ...registered, ...seen]);
    const beyond = [...all].some((tag) => !allowed.has(tag));
    return [...(beyond && call.caller.may(on("/", "Sys.Modify")) ? all : allowed)].sort();
}

/** Throws where a change of a guest's tags sets or removes one that the caller may not. */
export function assertTags(pve: Proxmox, call: Call, before: string, after: string): void {
    const [old, wanted] = [splitList(before), splitList(after)];
    const changed = [...new Set([...old, ...wanted])].filter((tag) => old.includes(tag) !== wanted.includes(tag));
    const { allowed, registered, free } = tagsFor(pve, call);
    const wrong = changed.find((tag) => registered.has(tag) || (!free && !allowed.has(tag)));
    if (wrong !== undefined && !call.caller.may(on("/", "Sys.Modify")))
        throw new ApiError(403, `Permission check failed (/, Sys.Modify for modifying tag '${wrong}')`);
}

/** The id that Proxmox chooses for the next guest. */
export function nextFreeId(pve: Proxmox): number {
    const { lower, upper } = { ...IDS, ...datacenterOptions(pve)["next-id"] };
    for (let vmid = lower; vmid < upper; vmid++) if (!isTaken(pve, vmid)) return vmid;
    throw refused(`unable to get any free VMID in range [${lower}, ${upper}]`);
}

/** Containers and VMs have their ids from the same numbers. */
export function isTaken({ store }: Proxmox, vmid: number): boolean {
    return store.guest(vmid) !== undefined || vmid in store.state.containers;
}

/** Throws for an id that another guest has, of either kind. `what`: what could not be done, which is said first. */
export function assertFree({ store }: Proxmox, vmid: number, what: string): void {
    const vm = store.guest(vmid);
    // To the letter: the provider takes "already exists" on a retry for success, a hazard the lab must show as PVE
    // does.
    if (vm !== undefined) throw refused(`${what} VM ${vmid} already exists on node '${vm.node}'`);
    const container = store.state.containers[vmid];
    if (container !== undefined) throw refused(`${what} CT ${vmid} already exists on node '${container.node}'`);
}
