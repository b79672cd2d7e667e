/** From inputs to the model: fills in every default and checks everything, reporting all problems at once. */
import { addressWithPrefix, endpoint } from "./addresses";
import { distinct, list, port, settings, text } from "./checks";
import { resolveHosts } from "./hosts";
import type { Inputs } from "./inputs";
import type { Endpoint, Model } from "./model";
import { resolveNginx } from "./nginx";
import { Problems } from "./problems";
import { resolveVrrp } from "./vrrp";

const KUBERNETES_API_PORT = 6443;

/** Throws a pulumi.InputPropertiesError that lists every problem. */
export function resolveModel(inputs: Inputs): Model {
    const problems = new Problems();
    const vip = addressWithPrefix(problems, "vip", inputs.vip, 24);
    const frontPort = port(problems, "port", inputs.port ?? KUBERNETES_API_PORT);
    const apiServers = resolveApiServers(problems, inputs);
    const ssh = resolveSsh(problems, inputs);
    const hosts = resolveHosts(problems, inputs, { vip, apiServers, authorizedKeys: ssh.authorizedKeys });
    const vrrp = resolveVrrp(problems, inputs.vrrp, vip?.address);
    const nginx = resolveNginx(problems, inputs.nginx, frontPort);
    if (vip !== undefined && apiServers.some(({ address }) => address === vip.address)) {
        problems.add("apiServers", "must not contain the VIP: the load balancer would forward to itself", vip.address);
    }
    problems.throwIfAny("The inputs of HaApiLoadBalancer");
    return { vip: vip!, port: frontPort, apiServers, hosts, ssh, vrrp, nginx };
}

function resolveApiServers(problems: Problems, inputs: Inputs): Endpoint[] {
    const defaultPort = port(problems, "apiServerPort", inputs.apiServerPort ?? KUBERNETES_API_PORT);
    const given = list(problems, "apiServers", inputs.apiServers);
    if (given.length === 0) problems.add("apiServers", "must name at least one API server, such as 10.30.100.51", inputs.apiServers ?? null);
    const parsed = given.map((value, index) => ({ path: `apiServers[${index}]`, value: endpoint(problems, `apiServers[${index}]`, value, defaultPort) }));
    const good = parsed.flatMap(({ path, value }) => (value === undefined ? [] : [{ path, value }]));
    distinct(problems, good.map(({ path, value }) => ({ path, value: `${value.address}:${value.port}` })), "API servers");
    return good.map(({ value }) => value);
}

function resolveSsh(problems: Problems, inputs: Inputs): Model["ssh"] {
    const ssh = settings(problems, "ssh", inputs.ssh);
    const authorizedKeys = list(problems, "ssh.authorizedKeys", ssh.authorizedKeys)
        .map((key, index) => publicKey(problems, `ssh.authorizedKeys[${index}]`, key));
    return {
        user: text(problems, "ssh.user", ssh.user ?? "ops", /^[a-z_][a-z0-9_-]{0,31}$/, "a Linux user name"),
        port: port(problems, "ssh.port", ssh.port ?? 22),
        authorizedKeys,
    };
}

/** A public key line; a comment at its end is dropped, since it is nobody's business and would only make diffs. */
export function publicKey(problems: Problems, path: string, key: string): string {
    const line = text(problems, path, key, /^(ssh-[a-z0-9-]+|ecdsa-sha2-[a-z0-9-]+|sk-[a-z0-9@.-]+) [A-Za-z0-9+/]{40,}={0,3}( [^\n]*)?\n?$/,
        "a public key such as \"ssh-ed25519 AAAA...\"");
    return line.trim().split(" ").slice(0, 2).join(" ");
}
