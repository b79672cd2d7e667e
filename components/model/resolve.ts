/** From inputs to the model: fills in every default and checks everything, reporting all problems at once. */
import { loadBalancerSpec, sshSpec } from "../inputs/loadBalancer";
import { checkKeys } from "../spec/keys";
import { omit } from "../spec/omit";
import { Problems } from "../spec/problems";
import { resolveGroup, resolveMembers } from "../spec/resolve";
import { resolveHaproxy } from "./haproxy";
import { resolveHosts } from "./hosts";
import { OURS, type Inputs } from "./inputs";
import { resolveListeners } from "./listeners";
import { resolveLogs } from "./logs";
import type { Model, VipModel } from "./model";
import { resolveNginx } from "./nginx";
import { checkRules } from "./rules";
import { resolveTls } from "./tls";
import { resolveVip } from "./vip";
import { resolveVrrp } from "./vrrp";
import { warningsFor } from "./warnings";

/** Inputs that are single values, and need no more than their spec. */
const SINGLE_VALUES = omit(
    loadBalancerSpec,
    "vip",
    "hosts",
    "apiServers",
    "dnsServers",
    "balancing",
    "listeners",
    "tls",
    "logs",
    "ssh",
    "virtualMachines",
    "vrrp",
    "nginx",
    "haproxy",
    "kubeconfig",
);

/** Throws a pulumi.InputPropertiesError that lists every problem, those that were found before among them. */
export function resolveModel(inputs: Inputs, problems = new Problems(), done?: string): Model {
    checkKeys(problems, loadBalancerSpec, inputs, OURS);
    const vip = resolveVip(problems, inputs);
    const { apiServerPort, allowSingleHost, ...values } = resolveMembers(
        problems,
        (name) => name,
        SINGLE_VALUES,
        inputs,
    );
    const { engine, listenOn } = values;
    const listeners = resolveListeners(problems, inputs, { ...values, apiServerPort }, vip);
    const ssh = resolveGroup(problems, "ssh", sshSpec, inputs.ssh);
    const around = { vip, listeners, listenOn, engine, authorizedKeys: ssh.authorizedKeys, allowSingleHost };
    const hosts = resolveHosts(problems, inputs, around);
    const vrrp = resolveVrrp(problems, inputs.vrrp, vip?.address);
    const tls = resolveTls(problems, inputs.tls);
    const model = {
        ...values,
        vips: [vip!] as [VipModel],
        apiServers: listeners[0].backends,
        listeners,
        hosts,
        ssh,
        vrrp,
        logs: resolveLogs(problems, inputs.logs),
        nginx: resolveNginx(problems, inputs.nginx, engine),
        haproxy: resolveHaproxy(problems, inputs.haproxy, engine),
        ...(tls === undefined ? {} : { tls }),
    };
    checkRules(problems, { given: inputs, model });
    problems.throwIfAny("The inputs of HaApiLoadBalancer", done);
    return { ...model, warnings: warningsFor(model) };
}
