/** The check keepalived repeats: its kind, and how its result counts. */
import { integer, oneOf, settings } from "./checks";
import type { CheckInputs } from "./inputs";
import type { CheckModel } from "./model";
import type { Problems } from "./problems";

type Numbers = Omit<CheckModel, "kind">;

/** Of "process" and "api" those of the guides people follow (kubeadm's for "api"), where those are good. */
const DEFAULTS: Record<CheckModel["kind"], Numbers> = {
    answer: { interval: 1, timeout: 1, weight: 0, fall: 2, rise: 1 },
    process: { interval: 2, timeout: 1, weight: 0, fall: 1, rise: 1 },
    api: { interval: 3, timeout: 3, weight: -2, fall: 10, rise: 2 },
};

/** keepalived 2.2 takes whole seconds only, and weights from -253 to 253. */
export function resolveCheck(problems: Problems, given: CheckInputs | undefined, preempt: boolean): CheckModel {
    const check = settings(problems, "vrrp.check", given);
    const kind = oneOf(problems, "vrrp.check.kind", check.kind ?? "answer", ["answer", "process", "api"]);
    // A host that stands back for another one's sake needs one that may step forward: with nopreempt nobody does.
    const defaults = {
        ...(Object.entries(DEFAULTS).find(([name]) => name === kind)?.[1] ?? DEFAULTS.answer),
        ...(preempt ? {} : { weight: 0 }),
    };
    const number = (key: keyof Numbers, least: number, most: number): number =>
        integer(problems, `vrrp.check.${key}`, check[key] ?? defaults[key], least, most);
    const resolved = {
        kind,
        interval: number("interval", 1, 3600),
        timeout: number("timeout", 1, 3600),
        weight: number("weight", -253, 253),
        fall: number("fall", 1, 100),
        rise: number("rise", 1, 100),
    };
    if (!preempt && resolved.weight !== 0) {
        problems.add(
            "vrrp.check.weight",
            "must be 0 unless vrrp.preempt is true: a backup that may not preempt never takes the VIP from a " +
                "holder with a lowered priority",
            check.weight,
        );
    }
    return resolved;
}
