import * as proxmox from "@muhlba91/pulumi-proxmoxve";
import type * as pulumi from "@pulumi/pulumi";

export interface ProxmoxSettings {
    endpoint: string;
    apiToken: pulumi.Output<string>;
    insecure: boolean;
}

/** The provider the VMs are made with, or none when there are no VMs. */
export function proxmoxProvider(settings: ProxmoxSettings | undefined): proxmox.Provider | undefined {
    return settings === undefined ? undefined : new proxmox.Provider("proxmox", { ...settings });
}
