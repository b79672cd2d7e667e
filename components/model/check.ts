/** The check keepalived repeats: how its result counts, by its kind. */
import type { checkSpec } from "../inputs/vrrp";
import type { FilledOf } from "../spec/types";
import type { CheckModel } from "./model";

/** Of "process" and "api" those of the guides people follow (kubeadm's for "api"), where those are good. */
const DEFAULTS: Record<CheckModel["kind"], Omit<CheckModel, "kind">> = {
    answer: { interval: 1, timeout: 1, weight: 0, fall: 2, rise: 1 },
    process: { interval: 2, timeout: 1, weight: 0, fall: 1, rise: 1 },
    api: { interval: 3, timeout: 3, weight: -2, fall: 10, rise: 2 },
};

/** Fills in what depends on the kind of check, and on whether a backup may preempt. */
export function fillCheck(check: FilledOf<typeof checkSpec>, preempt: boolean): CheckModel {
    // Lowering the priority has no effect with nopreempt: no backup may take over.
    return { ...DEFAULTS[check.kind], ...(preempt ? {} : { weight: 0 }), ...check };
}
