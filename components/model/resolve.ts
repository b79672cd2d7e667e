/** From inputs to the model: fills in every default and checks everything, reporting all problems at once. */
import { loadBalancerSpec } from "../inputs/loadBalancer";
import { checkKeys } from "../spec/keys";
import { Problems } from "../spec/problems";
import { resolveMembers } from "../spec/resolve";
import { AS_GIVEN } from "./asGiven";
import { resolveBgp } from "./bgp";
import { resolveAllowedClients } from "./clients";
import { resolveHaproxy } from "./haproxy";
import { resolveHosts } from "./hosts";
import { OURS, type Inputs } from "./inputs";
import { resolveListeners } from "./listeners";
import { checkLogs } from "./logs";
import { resolveMetrics } from "./metrics";
import type { Model } from "./model";
import { resolveNginx } from "./nginx";
import { checkRules } from "./rules";
import type { Candidate } from "./rules/rule";
import { resolveTls } from "./tls";
import { resolveVip, resolveVip6 } from "./vip";
import { furtherVips, resolveVips, routerIdOf } from "./vips";
import { resolveVrrp } from "./vrrp";
import { warningsFor } from "./warnings";

/** Throws a pulumi.InputPropertiesError that lists every problem, those that were found before among them. */
export function resolveModel(inputs: Inputs, problems = new Problems(), done?: string): Model {
    const candidate = candidateOf(problems, inputs);
    checkRules(problems, candidate);
    problems.throwIfAny("The inputs of HaApiLoadBalancer", done);
    const { model, vip, vip6, further, routerId } = candidate;
    const { preempt, preemptDelay } = model.vrrp;
    const shared = { routerId: routerIdOf({ routerId, vip })!, preempt, preemptDelay };
    const vips: Model["vips"] = [
        { ...vip!, ...shared },
        ...(vip6 === undefined ? [] : [{ ...vip6, ...shared }]),
        ...furtherVips(further),
    ];
    const resolved = { ...model, vips };
    return { ...resolved, warnings: warningsFor(resolved) };
}

/** What becomes of the inputs, each for itself; what is wrong with one is noted. */
export function candidateOf(problems: Problems, inputs: Inputs): Candidate {
    checkKeys(problems, loadBalancerSpec, inputs, OURS);
    const vip = resolveVip(problems, inputs);
    const vip6 = resolveVip6(problems, inputs);
    const values = resolveMembers(problems, (name) => name, AS_GIVEN, inputs);
    checkLogs(problems, values.logs);
    const { announcement, engine } = values;
    const allowedClients = resolveAllowedClients(problems, inputs);
    const listeners = resolveListeners(problems, inputs, values);
    const hosts = resolveHosts(problems, inputs);
    const { vrrp, routerId } = resolveVrrp(problems, inputs.vrrp);
    // By BGP there are none, which a rule says.
    const further = announcement === "bgp" ? [] : resolveVips(problems, inputs, vrrp);
    const bgp = resolveBgp(problems, inputs.bgp, hosts);
    const tls = resolveTls(problems, inputs.tls);
    const model = {
        ...values,
        ...(allowedClients === undefined ? {} : { allowedClients }),
        apiServers: listeners[0].backends,
        listeners,
        hosts,
        vrrp,
        metrics: resolveMetrics(problems, inputs.metrics),
        ...(bgp === undefined ? {} : { bgp }),
        nginx: resolveNginx(problems, inputs.nginx, engine),
        haproxy: resolveHaproxy(problems, inputs.haproxy, engine),
        ...(tls === undefined ? {} : { tls }),
    };
    return { given: inputs, model, vip, vip6, further, routerId };
}
