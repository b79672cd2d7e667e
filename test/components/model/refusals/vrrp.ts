/** VRRP: what goes with which version, and who may preempt. */
import { existingMachines } from "../../support";
import { type Line, refused, type Topic } from "./refusal";

const INTERVAL = "vrrp.advertisementInterval";
const WEIGHTED = { preempt: true, check: { weight: -20 } };

const OF_MACHINES: Line[] = [
    ["a password in version 3", { "vrrp.authentication": "password" }, "none with version 3 ... set vrrp.version to 2"],
    ["a password for nothing", { "vrrp.hasPassword": true }, "only used with vrrp.authentication", "vrrp.password"],
    ["a profile in version 2", { "vrrp.version": 2, "vrrp.profile": "fast" }, 'version 3 only ... received "fast"'],
    ["half a second in version 2", { "vrrp.version": 2, [INTERVAL]: 0.5 }, "whole number from 1 to 40; received 0.5"],
    ["a fraction that VRRP cannot express", { "vrrp.advertisementInterval": 0.113 }, "steps of 0.01; received 0.113"],
    ["a third of a second", { "vrrp.advertisementInterval": 1 / 3 }, "in steps of 0.01; received 0.3333"],
    ["a weight that has no effect", { "vrrp.check.weight": -20 }, "must be 0 unless vrrp.preempt is true"],
    ["a user with a space", { "vrrp.scriptUser": "www data" }, "Linux user name"],
    ["a master that may not preempt", { "hosts[0].initialState": "master" }, "backup unless vrrp.preempt is true"],
    ["the owner without preemption", { "hosts[0].priority": 255 }, "at most 254 unless vrrp.preempt is true"],
    ["the owner with a weight", { vrrp: WEIGHTED, "hosts[0].priority": 255 }, "keeps its priority ... received 255"],
    ["a check where nothing listens", { listenOn: "vip", "vrrp.check.kind": "api" }, 'with listenOn: vip ... "api"'],
];

export const VRRP: Topic = { refused: refused(existingMachines, OF_MACHINES), accepted: [] };
