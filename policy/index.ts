/** The policy pack: rules for stacks with a load balancer. `pulumi preview --policy-pack policy` runs it. */
import { PolicyPack } from "@pulumi/policy";
import { policiesOf } from "./policies";
import { RULES } from "./rules";

new PolicyPack("ha-api-load-balancer", { policies: policiesOf(RULES) });
