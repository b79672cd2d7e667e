/** One program for every environment: Pulumi.yaml has what they share, Pulumi.NAME.yaml what is an environment's own. */
import * as proxmox from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import { HaApiLoadBalancer, type HostArgs, type VirtualMachineArgs, type VrrpArgs } from "ha-api-load-balancer";

const config = new pulumi.Config();

const provider = new proxmox.Provider("proxmox", {
    endpoint: config.require("proxmoxEndpoint"),
    apiToken: config.requireSecret("proxmoxApiToken"),
});

/** What would delete or replace a protected VM is refused, in the preview already. */
const protectVirtualMachines: pulumi.ResourceTransform = ({ type, props, opts }) =>
    type === "proxmoxve:index/vmLegacy:VmLegacy" ? { props, opts: { ...opts, protect: true } } : undefined;

const kubeApi = new HaApiLoadBalancer(
    "kube-api",
    {
        vip: config.require("vip"),
        apiServers: config.requireObject<string[]>("apiServers"),
        hosts: config.requireObject<HostArgs[]>("hosts"),
        virtualMachines: {
            ...config.requireObject<VirtualMachineArgs>("virtualMachines"),
            ...config.requireObject<VirtualMachineArgs>("network"),
        },
        vrrp: config.requireObject<VrrpArgs>("vrrp"),
        ssh: {
            user: config.require("sshUser"),
            privateKey: config.requireSecret("sshPrivateKey"),
            authorizedKeys: [config.require("sshPublicKey")],
        },
    },
    { provider, transforms: config.requireBoolean("protect") ? [protectVirtualMachines] : [] },
);

// The first four are for npm run status, drift and drill.
export const { vip, hosts, files, inspection, kubeconfigServerUrl } = kubeApi;
