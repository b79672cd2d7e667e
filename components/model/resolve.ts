/** From inputs to the model: fills in every default and checks everything, reporting all problems at once. */
import { certificates } from "./pem";
import { boolean, list, oneOf, port, settings, text } from "./checks";
import { checkKeys } from "./form";
import { resolveHaproxy } from "./haproxy";
import { resolveHosts } from "./hosts";
import type { Inputs } from "./inputs";
import { resolveListeners } from "./listeners";
import { formatsOf } from "./logs";
import type { HostModel, Model, VrrpModel } from "./model";
import { resolveNginx } from "./nginx";
import { SSH_PORT } from "./ports";
import { Problems } from "./problems";
import { publicKey } from "./sshKey";
import { resolveTls } from "./tls";
import { resolveVip } from "./vip";
import { OWNER_PRIORITY, resolveVrrp } from "./vrrp";
import { warningsFor } from "./warnings";

/** Throws a pulumi.InputPropertiesError that lists every problem, those that were found before among them. */
export function resolveModel(inputs: Inputs, problems = new Problems(), done?: string): Model {
    checkKeys(problems, inputs);
    const vip = resolveVip(problems, inputs);
    const engine = oneOf(problems, "engine", inputs.engine ?? "nginx", ["nginx", "haproxy"]);
    const layer = resolveLayer(problems, inputs.layer ?? 4);
    const listeners = resolveListeners(problems, inputs, engine, vip);
    const listenOn = oneOf(problems, "listenOn", inputs.listenOn ?? "all", ["all", "vip"]);
    const ssh = resolveSsh(problems, inputs);
    const hosts = resolveHosts(problems, inputs, {
        vip,
        listeners,
        listenOn,
        engine,
        authorizedKeys: ssh.authorizedKeys,
    });
    const vrrp = resolveVrrp(problems, inputs.vrrp, vip?.address);
    checkInitialStates(problems, inputs, vrrp.preempt);
    checkOwners(problems, hosts, vrrp);
    if (vrrp.check.kind === "api" && listenOn === "vip") {
        problems.add(
            "vrrp.check.kind",
            "must be answer or process with listenOn: vip: the check asks the proxy on the host's own " +
                "address, where it then does not listen",
            "api",
        );
    }
    const tls = resolveTls(problems, inputs, layer, engine);
    const model = {
        vip: vip!,
        port: listeners[0].port,
        apiServers: listeners[0].backends,
        engine,
        layer,
        listenOn,
        listeners,
        hosts,
        ssh,
        vrrp,
        verify: boolean(problems, "verify", inputs.verify ?? true),
        repairTrigger: text(
            problems,
            "repairTrigger",
            inputs.repairTrigger ?? "",
            /^[ -~]{0,60}$/,
            "a text of at most 60 characters of ASCII, such as a date",
        ),
        packageUpgradeTrigger: text(
            problems,
            "packageUpgradeTrigger",
            inputs.packageUpgradeTrigger ?? "",
            /^[A-Za-z0-9._:+-]{0,60}$/,
            "a text of at most 60 letters, digits and . _ : + -, such as a date",
        ),
        logs: formatsOf(problems, inputs.logs, engine),
        nginx: resolveNginx(problems, inputs.nginx, engine),
        haproxy: resolveHaproxy(problems, inputs.haproxy, engine),
        ...(tls === undefined ? {} : { tls }),
        ...(inputs.clusterCertificateAuthority === undefined
            ? {}
            : {
                  clusterCertificateAuthority: certificates(
                      problems,
                      "clusterCertificateAuthority",
                      inputs.clusterCertificateAuthority,
                  ),
              }),
    };
    problems.throwIfAny("The inputs of HaApiLoadBalancer", done);
    return { ...model, warnings: warningsFor(model) };
}

function resolveLayer(problems: Problems, layer: number): Model["layer"] {
    if (layer === 4 || layer === 7) return layer;
    problems.add("layer", "must be 4 or 7", layer);
    return 4;
}

/** keepalived itself ignores nopreempt on a host that starts as master. */
function checkInitialStates(problems: Problems, inputs: Inputs, preempt: boolean): void {
    list(new Problems(), "hosts", inputs.hosts).forEach((host, index) => {
        if (host?.initialState === "master" && !preempt) {
            problems.add(
                `hosts[${index}].initialState`,
                "must be backup unless vrrp.preempt is true: a host that starts as master preempts",
                "master",
            );
        }
    });
}

/** What keepalived itself does not let the owner of the address do. */
function checkOwners(problems: Problems, hosts: HostModel[], { preempt, check }: VrrpModel): void {
    hosts.forEach(({ priority }, index) => {
        if (priority !== OWNER_PRIORITY) return;
        const path = `hosts[${index}].priority`;
        if (!preempt)
            problems.add(
                path,
                "must be at most 254 unless vrrp.preempt is true: 255 is for the owner of the address, who " +
                    "always preempts",
                priority,
            );
        if (check.weight !== 0)
            problems.add(
                path,
                "must be at most 254 with a vrrp.check.weight: the owner of the address keeps its priority " +
                    "whatever the check says",
                priority,
            );
    });
}

function resolveSsh(problems: Problems, inputs: Inputs): Model["ssh"] {
    const ssh = settings(problems, "ssh", inputs.ssh);
    const authorizedKeys = list(problems, "ssh.authorizedKeys", ssh.authorizedKeys).map((key, index) =>
        publicKey(problems, `ssh.authorizedKeys[${index}]`, key),
    );
    return {
        user: text(problems, "ssh.user", ssh.user ?? "ops", /^[a-z_][a-z0-9_-]{0,31}$/, "a Linux user name"),
        port: port(problems, "ssh.port", ssh.port ?? SSH_PORT),
        authorizedKeys,
    };
}
