/**
 * Settings of this environment, from the stack's configuration, the environment and key files. Nothing else in the
 * project reads those.
 */
import * as pulumi from "@pulumi/pulumi";
import type { HaApiLoadBalancerArgs } from "../components";
import type { ProxmoxSettings } from "./proxmoxProvider";
import { readBgp } from "./bgp";
import { readFileOf } from "./files";
import { readConfig } from "./readConfig";
import { secretOrUndefined } from "./secrets";
import { readSshKeys } from "./sshKeys";
import { readTls } from "./tls";
import { refusal } from "../components/text/refusal";

export interface Settings {
    loadBalancer: HaApiLoadBalancerArgs;
    /** Absent when every host is a machine that exists already. */
    proxmox: ProxmoxSettings | undefined;
}

export function readSettings(): Settings {
    const config = new pulumi.Config();
    const {
        proxmox,
        ssh,
        tls: tlsFiles,
        clusterCertificateAuthorityFile,
        kubeconfigFile,
        bgp: bgpFiles,
        ...stack
    } = readConfig(config);
    const tls = readTls(config, tlsFiles);
    const bgp = readBgp(bgpFiles);
    const kubeconfig =
        secretOrUndefined(config, "kubeconfig") ??
        (kubeconfigFile === "" ? undefined : pulumi.secret(readFileOf("kubeconfigFile", kubeconfigFile)));
    const password = secretOrUndefined(config, "vrrpPassword");
    const keys = readSshKeys(config, ssh);
    const { privateKeyFile: _private, publicKeyFile: _public, ...login } = ssh;
    const needsProxmox = stack.hosts.some(({ virtualMachine }) => virtualMachine !== undefined);
    if (needsProxmox && keys.authorizedKeys.length === 0) {
        throw refusal(
            "ha-api:ssh.publicKeyFile: is missing: a VM is made with the public key that may log in to it; " +
                "set it with: pulumi config set --path ssh.publicKeyFile FILE",
        );
    }
    return {
        loadBalancer: {
            ...stack,
            ssh: { ...login, ...keys },
            vrrp: { ...stack.vrrp, ...(password === undefined ? {} : { password }) },
            ...(bgp === undefined ? {} : { bgp }),
            ...(tls === undefined ? {} : { tls }),
            ...(clusterCertificateAuthorityFile === ""
                ? {}
                : {
                      clusterCertificateAuthority: readFileOf(
                          "clusterCertificateAuthorityFile",
                          clusterCertificateAuthorityFile,
                      ),
                  }),
            ...(kubeconfig === undefined ? {} : { kubeconfig }),
        },
        proxmox: needsProxmox ? readProxmox(config, proxmox) : undefined,
    };
}

function readProxmox(
    config: pulumi.Config,
    given: { endpoint?: string | undefined; insecure?: boolean | undefined },
): ProxmoxSettings {
    const endpoint = given.endpoint ?? process.env["PROXMOX_VE_ENDPOINT"];
    const token = process.env["PROXMOX_VE_API_TOKEN"];
    const apiToken =
        secretOrUndefined(config, "proxmoxApiToken") ?? (token === undefined ? undefined : pulumi.secret(token));
    const missing: string[] = [];
    if (endpoint === undefined)
        missing.push(
            "the API's address; set it with: pulumi config set --path proxmox.endpoint https://pve1.example.com:8006",
        );
    else if (!/^https:\/\/[^/\s]+\/?$/.test(endpoint))
        missing.push(
            "an address such as https://pve1.example.com:8006 in proxmox.endpoint; received " +
                `${JSON.stringify(endpoint)}`,
        );
    if (apiToken === undefined)
        missing.push("an API token; set it with: pulumi config set --secret proxmoxApiToken 'USER@REALM!NAME=UUID'");
    if (endpoint === undefined || apiToken === undefined || missing.length > 0) {
        throw refusal(`Hosts are Proxmox VMs, which needs:\n${missing.map((what) => `  - ${what}`).join("\n")}`);
    }
    return { endpoint, apiToken, insecure: given.insecure ?? false };
}
