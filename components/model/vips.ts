/**
 * The VIPs beside the API's: each has a VRRP instance of its own, moves by itself, and may prefer another host
 * (docs/decisions/0042-several-vips.md). What they must be together, and beside the hosts, is in rules/vips.ts.
 */
import { vipSpec } from "../inputs/vips";
import { list, settings } from "../spec/checks";
import type { Path, Problems } from "../spec/problems";
import { resolveMembers } from "../spec/resolve";
import { addressWithPrefix, DEFAULT_PREFIX_LENGTHS } from "./addresses";
import type { Inputs } from "./inputs";
import { API_LISTENER } from "./listeners";
import type { HostModel, ListenerModel, Model, VipModel } from "./model";
import { defaultPriority } from "./rolloutOrder";
import { API_INSTANCE, type GivenVip } from "./vip";
import { defaultRouterId } from "./vrrp";

/** One of the input `vips`; what was wrong in itself is undefined, empty or NaN. */
export interface FurtherVip {
    path: Path;
    name: string;
    vip: GivenVip | undefined;
    /** Of the other family. */
    vip6: GivenVip | undefined;
    prefers?: string;
    preempt: boolean;
    preemptDelay: number;
    /** Undefined where it was not given. */
    routerId: number | undefined;
}

/** Seconds that a preferred host is healthy before it takes its VIP back: what comes and goes is not moved along. */
const PREEMPT_DELAY = 60;

/** Without hyphens, as the API's: it is a name of files, and of a table of nft. */
export const instanceOf = (name: string): string => name.replaceAll("-", "_");

export function resolveVips(
    problems: Problems,
    inputs: Inputs,
    vrrp: Pick<Model["vrrp"], "preempt" | "preemptDelay">,
): FurtherVip[] {
    return list(problems, "vips", inputs.vips).map((given, index): FurtherVip => {
        const path = `vips[${index}]`;
        const own = settings(problems, path, given);
        const {
            name,
            address,
            address6,
            prefers,
            preempt = prefers === undefined ? vrrp.preempt : true,
            preemptDelay = prefers === undefined ? vrrp.preemptDelay : PREEMPT_DELAY,
            routerId,
        } = resolveMembers(problems, (key) => `${path}.${key}`, vipSpec, own);
        const instance = instanceOf(name);
        const at = (key: string, text: string, family?: 6): GivenVip | undefined => {
            const vip = addressWithPrefix(problems, `${path}.${key}`, text, {
                ...(family === undefined ? {} : { family }),
                defaultLengths: DEFAULT_PREFIX_LENGTHS,
            });
            return vip && { instance, ...vip };
        };
        return {
            path,
            name,
            vip: at("address", address),
            vip6: address6 === undefined ? undefined : at("address6", address6, 6),
            ...(prefers === undefined ? {} : { prefers }),
            preempt,
            preemptDelay,
            routerId,
        };
    });
}

/** The addresses that are good in themselves, and where they are. */
export function addressesOfVips(further: FurtherVip[]): { path: Path; vip: GivenVip }[] {
    return further.flatMap(({ path, vip, vip6 }) => [
        ...(vip === undefined ? [] : [{ path: `${path}.address`, vip }]),
        ...(vip6 === undefined ? [] : [{ path: `${path}.address6`, vip: vip6 }]),
    ]);
}

/** Its id, undefined where it has none. */
export const routerIdOf = ({ routerId, vip }: Pick<FurtherVip, "routerId" | "vip">): number | undefined =>
    routerId ?? (vip && defaultRouterId(vip.address));

/** When all is checked. */
export function furtherVips(further: FurtherVip[]): VipModel[] {
    return further.flatMap((each) => {
        const { name: label, prefers, preempt, preemptDelay } = each;
        return addressesOfVips([each]).map(({ vip }) => ({
            ...vip,
            routerId: routerIdOf(each)!,
            preempt,
            preemptDelay,
            label,
            ...(prefers === undefined ? {} : { prefers }),
        }));
    });
}

/** The VIPs of a VRRP instance: the one whose family its advertisements are of, then those that go with it. */
export type Instance = [VipModel, ...VipModel[]];

/** The VRRP instances, the API's first; each with its VIPs. */
export function instancesOf({ vips }: Pick<Model, "vips">): [Instance, ...Instance[]] {
    const names = [...new Set(vips.map(({ instance }) => instance))];
    return names.map((name) => vips.filter(({ instance }) => instance === name)) as [Instance, ...Instance[]];
}

/** The API's. */
export const apiVips = (model: Pick<Model, "vips">): Instance => instancesOf(model)[0];

/** The VIPs that a listener is at. */
export function vipsAt(
    { vips, listenOn }: Pick<Model, "vips" | "listenOn">,
    { name, vip }: Pick<ListenerModel, "name" | "vip">,
): VipModel[] {
    const only = instanceAt(listenOn, name, vip);
    return only === undefined ? vips : vips.filter(({ instance }) => instance === only);
}

/** The one instance whose VIPs a listener is at; undefined where it is at all. `vip` is the API's alone. */
export function instanceAt(listenOn: Model["listenOn"], name: string, vip: string | undefined): string | undefined {
    if (listenOn === "all") return undefined;
    if (name === API_LISTENER) return API_INSTANCE;
    return vip === undefined ? undefined : instanceOf(vip);
}

/** The priority of a host for a VIP: the one that it prefers, then the others in the order of their own. */
export function priorityFor(
    { hosts }: Pick<Model, "hosts">,
    { label, prefers }: VipModel,
    { name, priority }: HostModel,
): number {
    if (label === undefined) return priority;
    const order = [...hosts].sort((a, b) => b.priority - a.priority).map((host) => host.name);
    const first = order.filter((each) => each === prefers);
    return defaultPriority([...first, ...order.filter((each) => each !== prefers)].indexOf(name));
}
