/** What the inputs must be together. */
import type { Problems } from "../spec/problems";
import { BGP_RULES } from "./rules/bgp";
import { ENGINE_RULES } from "./rules/engine";
import { HIGH_AVAILABILITY_RULES } from "./rules/highAvailability";
import { HOST_RULES } from "./rules/hosts";
import { LISTENER_RULES } from "./rules/listeners";
import { METRICS_RULES } from "./rules/metrics";
import type { Candidate, Rule } from "./rules/rule";
import { TLS_RULES } from "./rules/tls";
import { MACHINE_PART_RULES } from "./rules/machineParts";
import { MACHINE_RULES } from "./rules/virtualMachines";
import { VIP_RULES } from "./rules/vips";
import { VRRP_RULES } from "./rules/vrrp";

/** Each by a name that says what is allowed. */
export const RULES: Rule[] = [
    ...LISTENER_RULES,
    ...HOST_RULES,
    ...MACHINE_RULES,
    ...MACHINE_PART_RULES,
    ...HIGH_AVAILABILITY_RULES,
    ...ENGINE_RULES,
    ...METRICS_RULES,
    ...VIP_RULES,
    ...VRRP_RULES,
    ...BGP_RULES,
    ...TLS_RULES,
];

/** Notes what the rules find. */
export function checkRules(problems: Problems, candidate: Candidate): void {
    for (const rule of RULES) for (const found of rule.problems(candidate)) problems.add(...found);
}
